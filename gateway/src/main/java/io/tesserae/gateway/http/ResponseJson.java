package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.gateway.AnswerHead;
import io.tesserae.gateway.AnswerSummary;
import io.tesserae.gateway.FinishReason;
import io.tesserae.gateway.TokenLogprob;
import io.tesserae.gateway.ToolCall;
import io.tesserae.gateway.Usage;
import java.util.List;

/** The parts that whole responses and streamed ones have in common, as OpenAI writes them. */
final class ResponseJson {

    private ResponseJson() {
    }

    /** Ids of a response and of its items share what is random in the answer's. */
    static String id(AnswerHead head, String kind) {
        return kind + "_" + head.id().substring(head.id().indexOf('-') + 1);
    }

    /** A response that has said nothing yet. */
    static ObjectNode response(AnswerHead head, ObjectNode request, String status) {
        ObjectNode response = JsonNodeFactory.instance.objectNode()
                .put("id", id(head, "resp"))
                .put("object", "response")
                .put("created_at", head.created())
                .put("status", status)
                .putNull("error")
                .putNull("incomplete_details")
                .put("model", head.model());
        response.setAll(request.deepCopy());
        response.putArray("output");
        response.putNull("usage");
        return response;
    }

    /** The same with all that was said. */
    static ObjectNode whole(AnswerHead head, ObjectNode request, AnswerSummary summary, ArrayNode output) {
        boolean cut = summary.finishes().get(0) == FinishReason.LENGTH;
        ObjectNode response = response(head, request, cut ? "incomplete" : "completed");
        if (cut) {
            response.putObject("incomplete_details").put("reason", "max_output_tokens");
        } else {
            response.put("completed_at", System.currentTimeMillis() / 1_000);
        }
        response.set("output", output);
        response.set("usage", usage(summary.usage()));
        response.set("timings", CompletionJson.timings(summary));
        return response;
    }

    private static ObjectNode usage(Usage usage) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("input_tokens", usage.promptTokens());
        node.putObject("input_tokens_details").put("cached_tokens", usage.cachedTokens()).put("image_tokens", usage.imageTokens());
        node.put("output_tokens", usage.completionTokens()).putObject("output_tokens_details").put("reasoning_tokens", 0);
        return node.put("total_tokens", usage.promptTokens() + usage.completionTokens());
    }

    static ObjectNode message(String id, String status) {
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("id", id).put("type", "message").put("status", status).put("role", "assistant");
        message.putArray("content");
        return message;
    }

    static ObjectNode text(String text, List<TokenLogprob> logprobs) {
        ObjectNode part = JsonNodeFactory.instance.objectNode().put("type", "output_text").put("text", text);
        part.putArray("annotations");
        part.set("logprobs", logprobs(logprobs));
        return part;
    }

    static ArrayNode logprobs(List<TokenLogprob> logprobs) {
        return (ArrayNode) CompletionJson.logprobs(logprobs).get("content");
    }

    static ObjectNode call(String id, String status, ToolCall call) {
        return JsonNodeFactory.instance.objectNode().put("id", id).put("type", "function_call").put("status", status)
                .put("call_id", call.id()).put("name", call.name()).put("arguments", call.arguments());
    }
}
