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
                .build());
    }

    @Override
    public void finished(int choice, FinishReason reason) {
        // Told with the usage, in the last chunk.
    }

    @Override
    public void end(AnswerSummary summary) {
        observer.onNext(chunk()
                .setFinishReason(summary.finishes().get(0).wire())
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
        return ChatChunk.newBuilder().setId(head.id()).setModel(head.model());
    }
}
