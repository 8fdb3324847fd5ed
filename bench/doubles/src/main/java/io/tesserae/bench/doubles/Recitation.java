package io.tesserae.bench.doubles;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.llm.v1.Delta;
import io.tesserae.llm.v1.Finish;
import io.tesserae.llm.v1.FinishReason;
import io.tesserae.llm.v1.GenerateRequest;
import io.tesserae.llm.v1.GenerateResponse;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.GenerateTimings;
import io.tesserae.llm.v1.PromptPart;
import java.util.BitSet;

/**
 * One answer of the brain double: as many tokens as were asked for, each of them the {@link System#nanoTime} at which it was sent, so that
 * whoever reads it on the same machine knows how long it was under way. Slots are read in the prompt's order, each once it is there.
 */
final class Recitation implements StreamObserver<GenerateRequest> {

    private static final long UNREAD_PAUSE = 2_000_000;

    private final Latencies latencies;
    private final ServerCallStreamObserver<GenerateResponse> call;
    private final long arrival = System.nanoTime();
    private final BitSet arrived = new BitSet();
    private GenerateStart start;
    private int slots;
    private int slotsRead;
    private long readUntil;
    private long waited;
    private long firstToken;
    private boolean complete;

    Recitation(Latencies latencies, ServerCallStreamObserver<GenerateResponse> call) {
        this.latencies = latencies;
        this.call = call;
        // Without a handler, a message to a caller that has left would throw.
        call.setOnCancelHandler(() -> { });
    }

    @Override
    public void onNext(GenerateRequest request) {
        if (request.hasStart()) {
            start = request.getStart();
            slots = (int) start.getPromptList().stream().filter(PromptPart::hasImage).count();
            readUntil = System.nanoTime();
        } else {
            arrived.set(request.getEmbeddings().getSlot());
        }
        read();
    }

    /** Moves the reading on, as far as slots are there. */
    private void read() {
        while (slotsRead < slots && arrived.get(slotsRead)) {
            long now = System.nanoTime();
            waited += Math.max(0, now - readUntil);
            readUntil = Math.max(now, readUntil) + latencies.slot() * 1_000;
            slotsRead++;
        }
        if (slotsRead == slots && !complete) {
            complete = true;
            firstToken = readUntil + latencies.text() * 1_000;
            say(0, firstToken);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        // The caller has gone.
    }

    @Override
    public void onCompleted() {
        // Every slot has come by then.
    }

    /** Says what is due, and has itself called again for what is not. */
    private void say(int next, long due) {
        int token = next;
        for (long time = due; !call.isCancelled(); time += latencies.token() * 1_000) {
            long now = System.nanoTime();
            if (time > now || !call.isReady()) {
                int waiting = token;
                long again = time > now ? time : now + UNREAD_PAUSE;
                Later.at(again, () -> say(waiting, again));
                return;
            }
            call.onNext(GenerateResponse.newBuilder().setDelta(
                    Delta.newBuilder().setText(now + " ").addTokenIds(100 + token)).build());
            if (++token == tokens()) {
                finish();
                return;
            }
        }
    }

    private int tokens() {
        int most = start.getStopping().getMaxTokens();
        return most == 0 ? 16 : most;
    }

    private void finish() {
        int image = start.getPromptList().stream().mapToInt(part -> part.getImage().getTokens()).sum();
        long prefill = slots * latencies.slot() + latencies.text();
        call.onNext(GenerateResponse.newBuilder().setFinish(Finish.newBuilder()
                .setReason(FinishReason.FINISH_REASON_LENGTH)
                .setPromptTokens(image + 16).setImageTokens(image).setGeneratedTokens(tokens())
                .setTimings(GenerateTimings.newBuilder()
                        .setPrefillMicros(prefill).setWaitMicros(waited / 1_000)
                        .setFirstTokenMicros((firstToken - arrival) / 1_000)
                        .setDecodeMicros((System.nanoTime() - firstToken) / 1_000))).build());
        call.onCompleted();
    }
}
