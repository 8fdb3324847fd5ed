package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.AnswerHead;
import io.tesserae.gateway.AnswerSink;
import io.tesserae.gateway.AnswerSummary;
import io.tesserae.gateway.FinishReason;
import io.tesserae.gateway.Piece;
import io.tesserae.gateway.http.ChatRequest.Telling;

/** Tells an answer as it comes, as OpenAI's chunks. A failure before the first token has a status of its own; later it is an event. */
final class StreamedAnswer implements AnswerSink {

    private final Telling telling;
    private final Reply reply;
    /** For each choice, its event of text alone; made with its first. */
    private final TextEvent[] texts;
    private AnswerHead head;

    StreamedAnswer(Telling telling, Reply reply) {
        this.telling = telling;
        this.reply = reply;
        this.texts = new TextEvent[telling.choices()];
    }

    @Override
    public void begin(AnswerHead known) {
        head = known;
        reply.beginEvents();
        for (int choice = 0; choice < telling.choices(); choice++) {
            ObjectNode chunk = chunk();
            delta(chunk, choice, null).put("role", "assistant").put("content", "");
            reply.write(Reply.event(chunk));
        }
    }

    @Override
    public void piece(Piece piece) {
        boolean says = !piece.text().isEmpty()
                || telling.returnTokenIds() && !piece.tokenIds().isEmpty()
                || !piece.logprobs().isEmpty();
        if (!piece.calls().isEmpty()) {
            ObjectNode chunk = chunk();
            delta(chunk, piece.choice(), null).set("tool_calls", CompletionJson.callPieces(piece.calls()));
            reply.write(Reply.event(chunk));
        }
        if (!says) {
            return;
        }
        if (!telling.logprobs() && !telling.returnTokenIds()) {
            reply.write(textOf(piece.choice()).saying(piece.text()));
            return;
        }
        ObjectNode chunk = saying(piece.choice(), piece.text());
        ObjectNode choice = (ObjectNode) chunk.get("choices").get(0);
        if (telling.logprobs()) {
            choice.set("logprobs", CompletionJson.logprobs(piece.logprobs()));
        }
        if (telling.returnTokenIds()) {
            choice.set("token_ids", CompletionJson.ids(piece.tokenIds()));
        }
        reply.write(Reply.event(chunk));
    }

    @Override
    public void finished(int choice, FinishReason reason) {
        ObjectNode chunk = chunk();
        delta(chunk, choice, reason);
        reply.write(Reply.event(chunk));
    }

    @Override
    public void end(AnswerSummary summary) {
        if (telling.includeUsage()) {
            ObjectNode last = CompletionJson.head(head, "chat.completion.chunk");
            last.putArray("choices");
            last.set("usage", CompletionJson.usage(summary.usage()));
            last.set("timings", CompletionJson.timings(summary));
            reply.write(Reply.event(last));
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
        reply.write(Reply.event(error.body()));
        reply.endEvents(false);
    }

    @Override
    public void whenReady(Runnable next) {
        reply.whenDrained(next);
    }

    private TextEvent textOf(int choice) {
        if (texts[choice] == null) {
            texts[choice] = TextEvent.of(text -> saying(choice, text));
        }
        return texts[choice];
    }

    private ObjectNode saying(int choice, String text) {
        ObjectNode chunk = chunk();
        delta(chunk, choice, null).put("content", text);
        return chunk;
    }

    private ObjectNode chunk() {
        return CompletionJson.head(head, "chat.completion.chunk").put("service_tier", telling.serviceTier());
    }

    private ObjectNode delta(ObjectNode chunk, int choice, FinishReason reason) {
        ObjectNode node = chunk.putArray("choices").addObject().put("index", choice);
        ObjectNode delta = node.putObject("delta");
        node.putNull("logprobs").put("finish_reason", reason == null ? null : reason.wire());
        if (telling.includeUsage()) {
            chunk.putNull("usage");
        }
        return delta;
    }
}
