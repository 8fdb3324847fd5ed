package io.tesserae.gateway.stage;

import com.google.rpc.Status;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.trace.CallTrace;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Timers;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The way to one stage. Calls carry the request's deadline and end with it. A call of one message each way changes nothing, so
 * it is made again while no replica can be reached, up to a bounded patience: a stage that restarts costs a pause, not an error.
 */
final class StageLink {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(400);

    private final RemoteStage stage;
    private final ManagedChannel channel;
    private final Timers timers;
    private final Duration patience;
    private final Counter retries;
    private final boolean remote;

    StageLink(RemoteStage stage, ManagedChannel channel, boolean remote, Timers timers, Duration patience, Counter retries) {
        this.stage = stage;
        this.channel = channel;
        this.timers = timers;
        this.patience = patience;
        this.retries = retries;
        this.remote = remote;
    }

    /** One message there, one back. Completes with the answer or with a {@link Failure}. */
    <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request, Errand errand) {
        return call(method, request, errand, replica -> { });
    }

    /** The same; {@code replica} is told the address of the replica that answered, before the answer completes. */
    <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request, Errand errand, Consumer<String> replica) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        attempt(method, request, errand, answer, replica, System.nanoTime() + patience.toNanos(), FIRST_PAUSE);
        return answer;
    }

    private <Q, R> void attempt(
            MethodDescriptor<Q, R> method, Q request, Errand errand, CompletableFuture<R> answer, Consumer<String> replica, long giveUp, Duration pause) {
        if (errand.failure().isPresent()) {
            answer.completeExceptionally(errand.failure().get());
            return;
        }
        ClientCall<Q, R> call = channel.newCall(method, options(errand));
        CompletableFuture<R> once = new CompletableFuture<>();
        ClientCalls.asyncUnaryCall(call, request, new OneAnswer<>(once));
        Errand.Handle handle = errand.onAbort(() -> call.cancel("the request has ended", null));
        once.whenComplete((value, thrown) -> {
            handle.close();
            if (thrown == null) {
                replica.accept(addressOf(call));
                answer.complete(value);
                return;
            }
            Failure failure = failureOf(thrown);
            boolean again = failure.reason() == Reason.STAGE_UNAVAILABLE && System.nanoTime() - giveUp < 0
                    && errand.failure().isEmpty();
            if (!again) {
                answer.completeExceptionally(errand.failure().orElse(failure));
                return;
            }
            retries.increment();
            // gRPC's own pause between attempts to connect grows to two minutes.
            channel.resetConnectBackoff();
            Duration next = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            timers.after(pause, () -> attempt(method, request, errand, answer, replica, giveUp, next));
        });
    }

    private static String addressOf(ClientCall<?, ?> call) {
        SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        if (address instanceof InetSocketAddress socket) {
            return socket.getHostString() + ":" + socket.getPort();
        }
        return address == null ? "" : "in-process";
    }

    /**
     * Messages both ways. Returns the caller's side; {@code observer} must ask for messages itself.
     *
     * @param brief whether the observer only ever does a little for each message: it then hears them on the connection's own thread, where
     *              the stage is not in this JVM, whose threads have work of their own to do
     */
    <Q, R> StreamObserver<Q> open(MethodDescriptor<Q, R> method, boolean brief, Errand errand, ClientResponseObserver<Q, R> observer) {
        CallOptions options = brief && remote ? options(errand).withExecutor(MoreExecutors.directExecutor()) : options(errand);
        return ClientCalls.asyncBidiStreamingCall(channel.newCall(method, options), observer);
    }

    private static CallOptions options(Errand errand) {
        return CallOptions.DEFAULT.withDeadline(errand.deadline()).withOption(CallTrace.PARENT, errand.trace().current());
    }

    /** The failure behind what a call ended with, in words that name the stage. */
    Failure failureOf(Throwable thrown) {
        Failure failure = Failure.from(thrown);
        if (saysWhy(thrown)) {
            return failure;
        }
        return switch (failure.reason()) {
            // A stage that stops cancels its calls; where we cancelled, the errand's own failure is told instead.
            case STAGE_UNAVAILABLE, CANCELLED -> Failure.of(Reason.STAGE_UNAVAILABLE,
                    "the " + stage.title() + " stage cannot be reached; try again later", thrown);
            case DEADLINE_EXCEEDED -> Failure.of(Reason.DEADLINE_EXCEEDED,
                    "the answer was not finished within the deadline; the " + stage.title() + " stage was at work", thrown);
            default -> Failure.of(Reason.INTERNAL, "the " + stage.title() + " stage failed", thrown);
        };
    }

    private static boolean saysWhy(Throwable thrown) {
        Status status = StatusProto.fromThrowable(thrown);
        return status != null && status.getDetailsCount() > 0;
    }

    void close() {
        channel.shutdownNow();
    }

    /** Completes a promise with a call's one answer. */
    private static final class OneAnswer<Q, R> implements ClientResponseObserver<Q, R> {

        private final CompletableFuture<R> promise;
        private R value;

        OneAnswer(CompletableFuture<R> promise) {
            this.promise = promise;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<Q> call) {
            // Cancelled through the call itself.
        }

        @Override
        public void onNext(R message) {
            value = message;
        }

        @Override
        public void onError(Throwable thrown) {
            promise.completeExceptionally(thrown);
        }

        @Override
        public void onCompleted() {
            promise.complete(value);
        }
    }
}
