package io.tesserae.llm.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.v1.ChatMessage;
import io.tesserae.llm.v1.ContentPart;
import io.tesserae.llm.v1.RenderChatRequest;

/**
 * Tools for a template that knows of none: the system's turn says what can be called and how, calls are words of the assistant, and results words of the
 * user, all in the form of Hermes.
 */
final class ToolsInWords {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ToolsInWords() {
    }

    /** Whether a message is about tools. */
    static boolean concerns(ChatMessage message) {
        return message.getRole().equals("tool") || message.getExtra().contains("tool_calls");
    }

    static RenderChatRequest of(RenderChatRequest asked) {
        RenderChatRequest.Builder request = asked.toBuilder().clearTools().clearMessages();
        int first = 0;
        if (!asked.getTools().isEmpty()) {
            ChatMessage.Builder system = ChatMessage.newBuilder().setRole("system");
            String instructions = instructions(asked.getTools());
            if (asked.getMessagesCount() > 0 && asked.getMessages(0).getRole().equals("system")) {
                instructions = words(asked.getMessages(0)) + "\n\n" + instructions;
                first = 1;
            }
            request.addMessages(system.addParts(text(instructions)));
        }
        for (ChatMessage message : asked.getMessagesList().subList(first, asked.getMessagesCount())) {
            request.addMessages(inWords(message));
        }
        return request.build();
    }

    private static String instructions(String tools) {
        StringBuilder words = new StringBuilder("You can call these functions:\n<tools>\n");
        for (JsonNode tool : parse("tools", tools)) {
            words.append(tool).append('\n');
        }
        return words.append("</tools>\nTo call one, answer with its name and arguments as JSON between <tool_call> and </tool_call>:\n<tool_call>\n"
                + "{\"name\": \"the name\", \"arguments\": {}}\n</tool_call>").toString();
    }

    private static ChatMessage inWords(ChatMessage message) {
        if (message.getRole().equals("tool")) {
            return ChatMessage.newBuilder().setRole("user").addParts(text("<tool_response>\n" + words(message) + "\n</tool_response>")).build();
        }
        if (!concerns(message)) {
            return message;
        }
        ChatMessage.Builder said = message.toBuilder().clearExtra();
        StringBuilder calls = new StringBuilder();
        for (JsonNode call : parse("messages", message.getExtra()).path("tool_calls")) {
            JsonNode function = call.path("function");
            calls.append(calls.isEmpty() && message.getPartsCount() == 0 ? "" : "\n").append("<tool_call>\n{\"name\": ").append(function.path("name"))
                    .append(", \"arguments\": ").append(function.path("arguments")).append("}\n</tool_call>");
        }
        return said.addParts(text(calls.toString())).build();
    }

    private static String words(ChatMessage message) {
        StringBuilder words = new StringBuilder();
        message.getPartsList().forEach(part -> words.append(part.getText()));
        return words.toString();
    }

    private static ContentPart text(String text) {
        return ContentPart.newBuilder().setText(text).build();
    }

    private static JsonNode parse(String field, String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException malformed) {
            throw Failure.inField(Reason.INVALID_FIELD, field, field + " is not JSON");
        }
    }
}
