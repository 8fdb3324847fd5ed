package io.tesserae.gateway.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.chat.v1.ChatChunk;
import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.AnswerHead;
import io.tesserae.gateway.AnswerSink;
import io.tesserae.gateway.AnswerSummary;
import io.tesserae.gateway.FinishReason;
import io.tesserae.gateway.Piece;
import java.util.concurrent.atomic.AtomicReference;

/** Tells an answer as it comes. */
final class StreamedAnswer implements AnswerSink {

    private final ServerCallStreamObserver<ChatChunk> observer;
    private final AtomicReference<Runnable> waiting = new AtomicReference<>();
    private AnswerHead head;
    /** The end of a choice, not told yet. */
    private ChatChunk held;

    /** Call while the method that was called is still running: handlers are set here. */
    StreamedAnswer(StreamObserver<ChatChunk> observer) {
        this.observer = (ServerCallStreamObserver<ChatChunk>) observer;
        this.observer.setOnReadyHandler(this::goOn);
    }

    @Override
    public void begin(AnswerHead known) {
        head = known;
    }

    @Override
    public void piece(Piece piece) {
        observer.onNext(chunk()
                .setText(piece.text())
                .addAllTokenIds(piece.tokenIds())
                .addAllLogprobs(AnswerMessages.logprobs(piece.logprobs()))
                .setChoice(piece.choice())
                .addAllToolCalls(AnswerMessages.callPieces(piece.calls()))
                .build());
    }

    @Override
    public void finished(int choice, FinishReason reason) {
        ChatChunk chunk = chunk().setChoice(choice).setFinishReason(reason.wire()).build();
        if (held != null) {
            observer.onNext(held);
        }
        // The last of them waits for the usage.
        held = chunk;
    }

    @Override
    public void end(AnswerSummary summary) {
        observer.onNext(held.toBuilder()
                .setUsage(AnswerMessages.usage(summary.usage()))
                .setTimings(AnswerMessages.timings(summary.times()))
                .build());
        observer.onCompleted();
    }

    @Override
    public void fail(Failure failure) {
        if (!observer.isCancelled()) {
            observer.onError(failure.toStatus());
        }
    }

    @Override
    public void whenReady(Runnable next) {
        waiting.set(next);
        goOn();
    }

    private void goOn() {
        if (observer.isReady()) {
            Runnable next = waiting.getAndSet(null);
            if (next != null) {
                next.run();
            }
        }
    }

    private ChatChunk.Builder chunk() {
        return ChatChunk.newBuilder().setId(head.id()).setModel(head.model())
                .setSystemFingerprint(AnswerMessages.fingerprint(head)).setCreated(head.created());
    }
}
