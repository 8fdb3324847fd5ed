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

/** Reads {@code messages}. */
final class MessagesReader {

    private MessagesReader() {
    }

    static List<Turn> read(Fields body, int most) {
        JsonNode node = body.required("messages");
        if (!node.isArray()) {
            throw body.bad("messages", "must be a list");
        }
        if (node.isEmpty()) {
            throw body.bad("messages", "must hold at least one message");
        }
        if (node.size() > most) {
            throw body.bad("messages", "may hold at most " + most + " messages");
        }
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            turns.add(turn(Fields.of(node.get(i), "messages[" + i + "]")));
        }
        return named(turns);
    }

    private static Turn turn(Fields message) {
        Role role = role(message);
        String name = message.string("name");
        absent(message, "function_call", "audio");
        List<ToolCall> calls = calls(message, role);
        String callId = callId(message, role);
        String refusal = message.string("refusal");
        List<Content> content = message.any("content") == null && (!calls.isEmpty() || role == Role.ASSISTANT && refusal != null)
                ? refusal == null ? List.of() : List.of(new Content.Words(refusal))
                : content(message, role);
        message.nothingElse();
        return new Turn(role, name == null ? "" : name, content, calls, callId);
    }

    private static String callId(Fields message, Role role) {
        if (role == Role.TOOL) {
            message.required("tool_call_id");
        }
        String id = message.string("tool_call_id");
        if (id != null && role != Role.TOOL) {
            throw message.bad("tool_call_id", "may stand in a tool's message only");
        }
        return id == null ? "" : id;
    }

    private static List<ToolCall> calls(Fields message, Role role) {
        JsonNode node = message.any("tool_calls");
        if (node == null || node.isArray() && node.isEmpty()) {
            return List.of();
        }
        if (role != Role.ASSISTANT || !node.isArray()) {
            throw message.bad("tool_calls", role == Role.ASSISTANT ? "must be a list" : "may stand in an assistant's message only");
        }
        List<ToolCall> calls = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            Fields call = Fields.of(node.get(i), message.path("tool_calls[" + i + "]"));
            call.required("id");
            String id = call.string("id");
            if (!"function".equals(call.string("type"))) {
                throw call.unsupported("type", "only 'function' is supported");
            }
            call.integer("index", 0, Integer.MAX_VALUE);
            Fields function = Fields.of(call.required("function"), call.path("function"));
            function.required("name");
            function.required("arguments");
            calls.add(new ToolCall(id, function.string("name"), function.string("arguments")));
            function.nothingElse();
            call.nothingElse();
        }
        return calls;
    }

    /** A tool's message is told by the name of what was called, which only the call itself says. */
    private static List<Turn> named(List<Turn> turns) {
        Map<String, String> names = new HashMap<>();
        List<Turn> named = new ArrayList<>();
        for (Turn turn : turns) {
            turn.calls().forEach(call -> names.put(call.id(), call.name()));
            named.add(turn.callId().isEmpty() || !turn.name().isEmpty() ? turn
                    : new Turn(turn.role(), names.getOrDefault(turn.callId(), ""), turn.content(), turn.calls(), turn.callId()));
        }
        return named;
    }

    private static Role role(Fields message) {
        message.required("role");
        String role = message.string("role");
        return switch (role) {
            // Chat templates know the older name only.
            case "system", "developer" -> Role.SYSTEM;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            case "tool" -> Role.TOOL;
            case "function" -> throw message.unsupported("role", "'function' is not supported; use 'tool' and 'tool_calls'");
            default -> throw message.bad("role", "must be 'system', 'developer', 'user', 'assistant' or 'tool'");
        };
    }

    /** Fields of messages that only older functions and audio use: null or an empty list says nothing, the rest is refused. */
    private static void absent(Fields message, String... names) {
        for (String name : names) {
            JsonNode value = message.any(name);
            if (value != null && !(value.isArray() && value.isEmpty())) {
                throw message.unsupported(name, "is not supported");
            }
        }
    }

    private static List<Content> content(Fields message, Role role) {
        JsonNode node = message.required("content");
        if (node.isTextual()) {
            return List.of(new Content.Words(node.textValue()));
        }
        if (!node.isArray()) {
            throw message.bad("content", "must be a string or a list of parts");
        }
        if (node.isEmpty()) {
            throw message.bad("content", "must hold at least one part");
        }
        List<Content> content = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            content.add(part(Fields.of(node.get(i), message.path("content[" + i + "]")), role));
        }
        return content;
    }

    private static Content part(Fields part, Role role) {
        part.required("type");
        String type = part.string("type");
        Content content = switch (type) {
            case "text" -> words(part);
            case "image_url" -> picture(part, role, "image_url");
            case "image_file" -> picture(part, role, "image_file");
            case "file" -> picture(part, role, "file");
            case "refusal" -> refusal(part, role);
            case "input_audio" ->
                    throw part.unsupported("type", "'" + type + "' is not supported: parts are 'text', 'image_url' or 'file'");
            default -> throw part.bad("type", "must be 'text', 'image_url' or 'file'");
        };
        part.nothingElse();
        return content;
    }

    private static Content refusal(Fields part, Role role) {
        if (role != Role.ASSISTANT) {
            throw part.bad("type", "'refusal' may stand in an assistant's message only");
        }
        part.required("refusal");
        return new Content.Words(part.string("refusal"));
    }

    private static Content words(Fields part) {
        part.required("text");
        return new Content.Words(part.string("text"));
    }

    /** A picture by its URL, or by the id of an upload. OpenAI has several forms of part for the latter; all are read. */
    private static Content picture(Fields part, Role role, String form) {
        if (role != Role.USER) {
            throw part.bad("type", "'" + form + "' may stand in a user's message only");
        }
        Fields image = Fields.of(part.required(form), part.path(form));
        String upload = image.string("file_id");
        String url = form.equals("image_url") ? image.string("url") : null;
        if (upload == null) {
            image.required(form.equals("image_url") ? "url" : "file_id");
        } else if (url != null) {
            throw image.bad("file_id", "and 'url' cannot both be given");
        }
        Detail detail = detail(image);
        image.nothingElse();
        return upload != null
                ? new Content.Picture(new PictureSource.Upload(upload), detail, image.path("file_id"))
                : new Content.Picture(new PictureSource.Url(url), detail, image.path("url"));
    }

    private static Detail detail(Fields image) {
        String detail = image.string("detail");
        if (detail == null) {
            return Detail.AUTO;
        }
        return switch (detail) {
            case "auto" -> Detail.AUTO;
            case "low" -> Detail.LOW;
            case "high" -> Detail.HIGH;
            default -> throw image.bad("detail", "must be 'low', 'high' or 'auto'");
        };
    }
}
