package io.tesserae.gateway.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.gateway.ToolCall;
import io.tesserae.gateway.Turn;

/** What chat templates read of a message beside its role and content. */
final class TurnExtras {

    private static final ObjectMapper JSON = new ObjectMapper();

    private TurnExtras() {
    }

    /** As a JSON object; empty for nothing. */
    static String of(Turn turn) {
        ObjectNode extras = JSON.createObjectNode();
        if (!turn.name().isEmpty()) {
            extras.put("name", turn.name());
        }
        if (!turn.callId().isEmpty()) {
            extras.put("tool_call_id", turn.callId());
        }
        if (!turn.calls().isEmpty()) {
            ArrayNode calls = extras.putArray("tool_calls");
            for (ToolCall call : turn.calls()) {
                ObjectNode function = calls.addObject().put("id", call.id()).put("type", "function").putObject("function").put("name", call.name());
                function.set("arguments", arguments(call));
            }
        }
        return extras.isEmpty() ? "" : extras.toString();
    }

    /** Templates write arguments as JSON: a string would be quoted twice. */
    private static JsonNode arguments(ToolCall call) {
        try {
            JsonNode parsed = JSON.readTree(call.arguments());
            return parsed != null && parsed.isObject() ? parsed : JSON.getNodeFactory().textNode(call.arguments());
        } catch (JsonProcessingException notJson) {
            return JSON.getNodeFactory().textNode(call.arguments());
        }
    }
}
