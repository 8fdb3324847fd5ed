package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.AnswerHead;
import io.tesserae.gateway.AnswerSink;
import io.tesserae.gateway.AnswerSummary;
import io.tesserae.gateway.CollectedAnswer;
import io.tesserae.gateway.FinishReason;
import io.tesserae.gateway.Piece;
import io.tesserae.gateway.ToolCall;
import io.tesserae.gateway.http.ChatRequest.Telling;
import java.util.List;

/** Tells an answer once it is whole. */
final class WholeAnswer implements AnswerSink {

    private final Telling telling;
    private final Reply reply;
    private final CollectedAnswer collected;
    private AnswerHead head;

    WholeAnswer(Telling telling, Reply reply) {
        this.telling = telling;
        this.reply = reply;
        this.collected = new CollectedAnswer(telling.choices());
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
        // The summary says so for all choices.
    }

    @Override
    public void end(AnswerSummary summary) {
        ObjectNode body = CompletionJson.head(head, "chat.completion");
        ArrayNode choices = body.putArray("choices");
        for (int choice = 0; choice < telling.choices(); choice++) {
            ObjectNode node = choices.addObject().put("index", choice);
            List<ToolCall> calls = collected.calls(choice);
            String text = collected.text(choice);
            ObjectNode message = node.putObject("message")
                    .put("role", "assistant")
                    .put("content", !calls.isEmpty() && text.isBlank() ? null : text)
                    .putNull("refusal");
            if (!calls.isEmpty()) {
                message.set("tool_calls", CompletionJson.calls(calls));
            }
            if (telling.logprobs()) {
                node.set("logprobs", CompletionJson.logprobs(collected.logprobs(choice)));
            } else {
                node.putNull("logprobs");
            }
            if (telling.returnTokenIds()) {
                node.set("token_ids", CompletionJson.ids(collected.tokenIds(choice)));
            }
            node.put("finish_reason", summary.finishes().get(choice).wire());
        }
        body.put("service_tier", telling.serviceTier());
        body.set("usage", CompletionJson.usage(summary.usage()));
        body.set("timings", CompletionJson.timings(summary));
        reply.json(200, body);
    }

    @Override
    public void fail(Failure failure) {
        reply.error(ApiError.of(failure));
    }

    @Override
    public void whenReady(Runnable next) {
        next.run();
    }
}
