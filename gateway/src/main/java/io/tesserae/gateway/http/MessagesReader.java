package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.families.Detail;
import io.tesserae.gateway.Content;
import io.tesserae.gateway.PictureSource;
import io.tesserae.gateway.Turn;
import io.tesserae.gateway.Turn.Role;
import java.util.ArrayList;
import java.util.List;

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
        return turns;
    }

    private static Turn turn(Fields message) {
        Role role = role(message);
        String name = message.string("name");
        absent(message, "tool_calls", "function_call", "tool_call_id", "audio", "refusal");
        List<Content> content = content(message, role);
        message.nothingElse();
        return new Turn(role, name == null ? "" : name, content);
    }

    private static Role role(Fields message) {
        message.required("role");
        String role = message.string("role");
        return switch (role) {
            // Chat templates know the older name only.
            case "system", "developer" -> Role.SYSTEM;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            case "tool", "function" -> throw message.unsupported("role", "'" + role + "' is not supported: this server calls no tools");
            default -> throw message.bad("role", "must be 'system', 'developer', 'user' or 'assistant'");
        };
    }

    /** Fields of messages that only tools, audio and refusals use: null or an empty list says nothing, the rest is refused. */
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
            case "image_url" -> picture(part, role);
            case "input_audio", "file", "refusal" ->
                    throw part.unsupported("type", "'" + type + "' is not supported: parts are 'text' or 'image_url'");
            default -> throw part.bad("type", "must be 'text' or 'image_url'");
        };
        part.nothingElse();
        return content;
    }

    private static Content words(Fields part) {
        part.required("text");
        return new Content.Words(part.string("text"));
    }

    private static Content picture(Fields part, Role role) {
        if (role != Role.USER) {
            throw part.bad("type", "'image_url' may stand in a user's message only");
        }
        Fields image = Fields.of(part.required("image_url"), part.path("image_url"));
        image.required("url");
        String url = image.string("url");
        Detail detail = detail(image);
        image.nothingElse();
        return new Content.Picture(new PictureSource.Url(url), detail, image.path("url"));
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
