package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.families.Detail;
import io.tesserae.gateway.Content;
import io.tesserae.gateway.PictureSource;
import io.tesserae.gateway.ToolCall;
import io.tesserae.gateway.Turn;
import io.tesserae.gateway.Turn.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code input} of a response: a text, or items that are messages, calls of functions and their results. */
final class ResponseInputReader {

    private final List<Turn> turns = new ArrayList<>();
    private final Map<String, String> called = new HashMap<>();

    private ResponseInputReader() {
    }

    static List<Turn> read(Fields body) {
        JsonNode node = body.required("input");
        if (node.isTextual()) {
            return List.of(new Turn(Role.USER, "", List.of(new Content.Words(node.textValue()))));
        }
        if (!node.isArray() || node.isEmpty()) {
            throw body.bad("input", "must be a string or a list of at least one item");
        }
        ResponseInputReader reader = new ResponseInputReader();
        for (int i = 0; i < node.size(); i++) {
            reader.item(Fields.of(node.get(i), "input[" + i + "]"));
        }
        return reader.turns;
    }

    private void item(Fields item) {
        String type = item.string("type");
        // What the server itself gave an item, sent back with it.
        item.string("id");
        item.string("status");
        switch (type == null ? "message" : type) {
            case "message" -> message(item);
            case "function_call" -> call(item);
            case "function_call_output" -> output(item);
            default -> throw item.unsupported("type", "is not supported: items are 'message', 'function_call' or 'function_call_output'");
        }
        item.nothingElse();
    }

    private void message(Fields item) {
        item.required("role");
        Role role = switch (item.string("role")) {
            case "system", "developer" -> Role.SYSTEM;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default -> throw item.bad("role", "must be 'system', 'developer', 'user' or 'assistant'");
        };
        item.string("phase");
        turns.add(new Turn(role, "", content(item, "content", role)));
    }

    /** A call belongs to what the assistant said just before it, and calls of one answer to each other. */
    private void call(Fields item) {
        for (String name : new String[] {"call_id", "name", "arguments"}) {
            item.required(name);
        }
        ToolCall call = new ToolCall(item.string("call_id"), item.string("name"), item.string("arguments"));
        called.put(call.id(), call.name());
        Turn last = turns.isEmpty() ? null : turns.get(turns.size() - 1);
        if (last != null && last.role() == Role.ASSISTANT) {
            List<ToolCall> calls = new ArrayList<>(last.calls());
            calls.add(call);
            turns.set(turns.size() - 1, new Turn(last.role(), last.name(), last.content(), List.copyOf(calls), ""));
        } else {
            turns.add(new Turn(Role.ASSISTANT, "", List.of(), List.of(call), ""));
        }
    }

    private void output(Fields item) {
        item.required("call_id");
        String id = item.string("call_id");
        turns.add(new Turn(Role.TOOL, called.getOrDefault(id, ""), content(item, "output", Role.TOOL), List.of(), id));
    }

    private static List<Content> content(Fields item, String name, Role role) {
        JsonNode node = item.required(name);
        if (node.isTextual()) {
            return List.of(new Content.Words(node.textValue()));
        }
        if (!node.isArray() || node.isEmpty()) {
            throw item.bad(name, "must be a string or a list of at least one part");
        }
        List<Content> content = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            content.add(part(Fields.of(node.get(i), item.path(name + "[" + i + "]")), role));
        }
        return content;
    }

    private static Content part(Fields part, Role role) {
        part.required("type");
        Content content = switch (part.string("type")) {
            case "input_text", "output_text", "text" -> {
                part.required("text");
                part.any("annotations");
                part.any("logprobs");
                yield new Content.Words(part.string("text"));
            }
            case "refusal" -> {
                part.required("refusal");
                yield new Content.Words(part.string("refusal"));
            }
            case "input_image" -> picture(part, role);
            default -> throw part.unsupported("type", "is not supported: parts are 'input_text', 'input_image', 'output_text' or 'refusal'");
        };
        part.nothingElse();
        return content;
    }

    private static Content picture(Fields part, Role role) {
        if (role != Role.USER) {
            throw part.bad("type", "'input_image' may stand in a user's message only");
        }
        if (part.any("file_id") != null) {
            throw part.unsupported("file_id", "is not supported: send the image as 'image_url'");
        }
        part.required("image_url");
        String url = part.string("image_url");
        String detail = part.string("detail");
        return new Content.Picture(new PictureSource.Url(url), switch (detail == null ? "auto" : detail) {
            case "auto" -> Detail.AUTO;
            case "low" -> Detail.LOW;
            case "high" -> Detail.HIGH;
            default -> throw part.bad("detail", "must be 'low', 'high' or 'auto'");
        }, part.path("image_url"));
    }
}
