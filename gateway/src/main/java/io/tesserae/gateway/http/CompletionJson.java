package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.gateway.AnswerHead;
import io.tesserae.gateway.AnswerSummary;
import io.tesserae.gateway.CallPiece;
import io.tesserae.gateway.StageTimes;
import io.tesserae.gateway.TokenLogprob;
import io.tesserae.gateway.ToolCall;
import io.tesserae.gateway.Usage;
import java.util.List;

/** The parts that whole answers and streamed ones have in common, as OpenAI writes them. */
final class CompletionJson {

    /** JSON has no infinity: what OpenAI writes for a token that could not come. */
    private static final double IMPOSSIBLE = -9999.0;

    private static final int FINGERPRINT = 12;

    private CompletionJson() {
    }

    /** An object that begins as every answer and every chunk does. */
    static ObjectNode head(AnswerHead head, String kind) {
        return JsonNodeFactory.instance.objectNode()
                .put("id", head.id())
                .put("object", kind)
                .put("created", head.created())
                .put("model", head.model())
                .put("system_fingerprint", "fp_" + head.revision().substring(0, Math.min(FINGERPRINT, head.revision().length())));
    }

    static ObjectNode usage(Usage usage) {
        ObjectNode node = JsonNodeFactory.instance.objectNode()
                .put("prompt_tokens", usage.promptTokens())
                .put("completion_tokens", usage.completionTokens())
                .put("total_tokens", usage.promptTokens() + usage.completionTokens());
        node.putObject("prompt_tokens_details")
                .put("cached_tokens", usage.cachedTokens())
                .put("audio_tokens", 0)
                .put("image_tokens", usage.imageTokens());
        node.putObject("completion_tokens_details")
                .put("reasoning_tokens", 0)
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return node;
    }

    /** Our extension: where the time went, in milliseconds. */
    static ObjectNode timings(AnswerSummary summary) {
        StageTimes times = summary.times();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ObjectNode stages = node.putObject("stages");
        times.nanos().forEach((stage, nanos) -> stages.put(stage.tag() + "_ms", millis(nanos)));
        return node
                .put("first_token_ms", millis(times.firstToken()))
                .put("total_ms", millis(times.total()))
                .put("tiles", summary.usage().tiles())
                .put("cached_tiles", summary.usage().cachedTiles());
    }

    private static double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }

    static ObjectNode logprobs(List<TokenLogprob> tokens) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ArrayNode content = node.putArray("content");
        for (TokenLogprob token : tokens) {
            ArrayNode top = logprob(content.addObject(), token).putArray("top_logprobs");
            token.top().forEach(one -> logprob(top.addObject(), one));
        }
        node.putNull("refusal");
        return node;
    }

    private static ObjectNode logprob(ObjectNode node, TokenLogprob token) {
        node.put("token", token.text()).put("logprob", Float.isFinite(token.logprob()) ? token.logprob() : IMPOSSIBLE);
        ArrayNode bytes = node.putArray("bytes");
        for (byte one : token.utf8()) {
            bytes.add(one & 0xff);
        }
        return node;
    }

    /** Calls of a whole answer. */
    static ArrayNode calls(List<ToolCall> calls) {
        ArrayNode node = JsonNodeFactory.instance.arrayNode(calls.size());
        calls.forEach(call -> node.addObject().put("id", call.id()).put("type", "function")
                .putObject("function").put("name", call.name()).put("arguments", call.arguments()));
        return node;
    }

    /** Pieces of calls of a streamed one. */
    static ArrayNode callPieces(List<CallPiece> pieces) {
        ArrayNode node = JsonNodeFactory.instance.arrayNode(pieces.size());
        for (CallPiece piece : pieces) {
            ObjectNode call = node.addObject().put("index", piece.index());
            if (!piece.id().isEmpty()) {
                call.put("id", piece.id()).put("type", "function");
            }
            ObjectNode function = call.putObject("function");
            if (!piece.name().isEmpty()) {
                function.put("name", piece.name());
            }
            function.put("arguments", piece.arguments());
        }
        return node;
    }

    static ArrayNode ids(List<Long> ids) {
        ArrayNode node = JsonNodeFactory.instance.arrayNode(ids.size());
        ids.forEach(node::add);
        return node;
    }
}
