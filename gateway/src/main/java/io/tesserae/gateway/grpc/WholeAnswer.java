package io.tesserae.gateway.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.chat.v1.ChatCompletion;
import io.tesserae.chat.v1.Choice;
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
    private final int choices;
    private final CollectedAnswer collected;
    private AnswerHead head;

    WholeAnswer(StreamObserver<ChatCompletion> observer, int choices) {
        this.choices = choices;
        this.collected = new CollectedAnswer(choices);
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
        Choice first = choice(0, summary);
        ChatCompletion.Builder whole = ChatCompletion.newBuilder()
                .setId(head.id())
                .setModel(head.model())
                .setSystemFingerprint(AnswerMessages.fingerprint(head))
                .setCreated(head.created())
                .setText(first.getText())
                .addAllTokenIds(first.getTokenIdsList())
                .addAllLogprobs(first.getLogprobsList())
                .setFinishReason(first.getFinishReason())
                .addAllToolCalls(first.getToolCallsList())
                .setUsage(AnswerMessages.usage(summary.usage()))
                .setTimings(AnswerMessages.timings(summary.times()));
        for (int choice = 0; choices > 1 && choice < choices; choice++) {
            whole.addChoices(choice(choice, summary));
        }
        observer.onNext(whole.build());
        observer.onCompleted();
    }

    private Choice choice(int choice, AnswerSummary summary) {
        return Choice.newBuilder()
                .setText(collected.text(choice))
                .addAllTokenIds(collected.tokenIds(choice))
                .addAllLogprobs(AnswerMessages.logprobs(collected.logprobs(choice)))
                .setFinishReason(summary.finishes().get(choice).wire())
                .addAllToolCalls(AnswerMessages.calls(collected.calls(choice)))
                .build();
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
