package io.tesserae.gateway.stage;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.v1.Delta;
import io.tesserae.llm.v1.Finish;
import io.tesserae.llm.v1.FinishReason;
import io.tesserae.llm.v1.GenerateRequest;
import io.tesserae.llm.v1.GenerateResponse;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.LanguageModelGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Real servers that count: token {@code n} of every answer is the id {@code n} and the text {@code n} and a space, up to the most that is asked for.
 * Those generated elsewhere are counted and not said again.
 */
final class Brains implements AutoCloseable {

    /** One of them. */
    static final class One extends LanguageModelGrpc.LanguageModelImplBase {

        final List<GenerateStart> starts = new CopyOnWriteArrayList<>();
        final List<Integer> slots = new CopyOnWriteArrayList<>();
        /** It dies instead of saying the token of that number; none where negative. */
        volatile int diesAt = -1;
        /** It waits instead of saying the token of that number. */
        volatile int waitsAt = -1;
        volatile Reason refuses;
        volatile boolean breaks;
        private final int port;
        private Server server;

        private One(int port) throws IOException {
            server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port)).addService(this).build().start();
            this.port = server.getPort();
        }

        void dies() {
            server.shutdownNow();
        }

        @Override
        public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateResponse> answers) {
            ((ServerCallStreamObserver<GenerateResponse>) answers).setOnCancelHandler(() -> { });
            return new StreamObserver<>() {
                private GenerateStart start;

                @Override
                public void onNext(GenerateRequest request) {
                    if (request.hasStart()) {
                        start = request.getStart();
                        starts.add(start);
                        if (refuses != null) {
                            Failure failure = refuses == Reason.QUEUE_FULL
                                    ? Failure.overload(refuses, 1, "full") : Failure.of(refuses, "refused");
                            answers.onError(failure.toStatus());
                            start = null;
                        }
                    } else {
                        slots.add(request.getEmbeddings().getSlot());
                    }
                }

                @Override
                public void onError(Throwable gone) {
                    // Nobody listens.
                }

                @Override
                public void onCompleted() {
                    if (start != null) {
                        say(start, answers);
                    }
                }
            };
        }

        private void say(GenerateStart start, StreamObserver<GenerateResponse> answers) {
            int most = start.getStopping().getMaxTokens();
            for (int number = start.getGeneratedIdsCount(); number < most; number++) {
                if (number == diesAt) {
                    dies();
                    return;
                }
                if (number == waitsAt) {
                    return;
                }
                if (breaks) {
                    answers.onError(Failure.of(Reason.INTERNAL, "the engine failed").toStatus());
                    return;
                }
                answers.onNext(GenerateResponse.newBuilder().setDelta(Delta.newBuilder().setText(number + " ").addTokenIds(number)).build());
            }
            answers.onNext(GenerateResponse.newBuilder().setFinish(Finish.newBuilder()
                    .setReason(FinishReason.FINISH_REASON_LENGTH).setGeneratedTokens(most)).build());
            answers.onCompleted();
        }
    }

    final List<One> all = new ArrayList<>();

    Brains(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            all.add(new One(0));
        }
    }

    /** The one that answered first, and so has all of its kin. */
    One asked() {
        return all.stream().filter(brain -> !brain.starts.isEmpty()).findFirst().orElseThrow();
    }

    One other() {
        One asked = asked();
        return all.stream().filter(brain -> brain != asked).findFirst().orElseThrow();
    }

    /** Starts one in the place of one that died. */
    One replace(One dead) throws IOException {
        One fresh = new One(dead.port);
        all.set(all.indexOf(dead), fresh);
        return fresh;
    }

    String list() {
        return all.stream().map(brain -> "127.0.0.1:" + brain.port).collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        all.forEach(One::dies);
    }
}
