package io.tesserae.gateway.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.chat.v1.ChatCompletion;
import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.AnswerHead;
import io.tesserae.gateway.AnswerSink;
import io.tesserae.gateway.AnswerSummary;
import io.tesserae.gateway.CollectedAnswer;
import io.tesserae.gateway.FinishReason;
import io.tesserae.gateway.Piece;

/** Tells an answer once it is whole. */
final class WholeAnswer implements AnswerSink {

    private final ServerCallStreamObserver<ChatCompletion> observer;
    private final CollectedAnswer collected = new CollectedAnswer(1);
    private AnswerHead head;

    WholeAnswer(StreamObserver<ChatCompletion> observer) {
        this.observer = (ServerCallStreamObserver<ChatCompletion>) observer;
    }

    @Override
    public void begin(AnswerHead known) {
        head = known;
    }

    @Override
    public void piece(Piece piece) {
        collected.add(piece);
    }

    @Override
    public void finished(int choice, FinishReason reason) {
        // The summary says so.
    }

    @Override
    public void end(AnswerSummary summary) {
        observer.onNext(ChatCompletion.newBuilder()
                .setId(head.id())
                .setModel(head.model())
                .setText(collected.text(0))
                .addAllTokenIds(collected.tokenIds(0))
                .addAllLogprobs(AnswerMessages.logprobs(collected.logprobs(0)))
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
        next.run();
    }
}
