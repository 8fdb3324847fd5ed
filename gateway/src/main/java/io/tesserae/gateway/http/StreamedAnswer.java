package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.AnswerHead;
import io.tesserae.gateway.AnswerSink;
import io.tesserae.gateway.AnswerSummary;
import io.tesserae.gateway.FinishReason;
import io.tesserae.gateway.Piece;

/** Tells an answer as it comes, as OpenAI's chunks. A failure before the first token has a status of its own; later it is an event. */
final class StreamedAnswer implements AnswerSink {

    private final ChatRequest request;
    private final Reply reply;
    private AnswerHead head;

    StreamedAnswer(ChatRequest request, Reply reply) {
        this.request = request;
        this.reply = reply;
    }

    @Override
    public void begin(AnswerHead known) {
        head = known;
        reply.beginEvents();
        for (int choice = 0; choice < request.question().choices(); choice++) {
            ObjectNode chunk = chunk();
            delta(chunk, choice, null).put("role", "assistant").put("content", "");
            reply.event(chunk);
        }
    }

    @Override
    public void piece(Piece piece) {
        boolean says = !piece.text().isEmpty()
                || request.returnTokenIds() && !piece.tokenIds().isEmpty()
                || !piece.logprobs().isEmpty();
        if (!says) {
            return;
        }
        ObjectNode chunk = chunk();
        delta(chunk, piece.choice(), null).put("content", piece.text());
        ObjectNode choice = (ObjectNode) chunk.get("choices").get(0);
        if (request.logprobs()) {
            choice.set("logprobs", CompletionJson.logprobs(piece.logprobs()));
        }
        if (request.returnTokenIds()) {
            choice.set("token_ids", CompletionJson.ids(piece.tokenIds()));
        }
        reply.event(chunk);
    }

    @Override
    public void finished(int choice, FinishReason reason) {
        ObjectNode chunk = chunk();
        delta(chunk, choice, reason);
        reply.event(chunk);
    }

    @Override
    public void end(AnswerSummary summary) {
        if (request.includeUsage()) {
            ObjectNode last = CompletionJson.head(head, "chat.completion.chunk");
            last.putArray("choices");
            last.set("usage", CompletionJson.usage(summary.usage()));
            last.set("timings", CompletionJson.timings(summary));
            reply.event(last);
        }
        reply.endEvents(true);
    }

    @Override
    public void fail(Failure failure) {
        ApiError error = ApiError.of(failure);
        if (head == null) {
            reply.error(error);
            return;
        }
        reply.event(error.body());
        reply.endEvents(false);
    }

    @Override
    public void whenReady(Runnable next) {
        reply.whenDrained(next);
    }

    private ObjectNode chunk() {
        return CompletionJson.head(head, "chat.completion.chunk");
    }

    private ObjectNode delta(ObjectNode chunk, int choice, FinishReason reason) {
        ObjectNode node = chunk.putArray("choices").addObject().put("index", choice);
        ObjectNode delta = node.putObject("delta");
        node.putNull("logprobs").put("finish_reason", reason == null ? null : reason.wire());
        if (request.includeUsage()) {
            chunk.putNull("usage");
        }
        return delta;
    }
}
