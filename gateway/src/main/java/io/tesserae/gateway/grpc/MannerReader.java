package io.tesserae.gateway.grpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.chat.v1.ChatRequest;
import io.tesserae.chat.v1.ResponseFormat;
import io.tesserae.chat.v1.Tool;
import io.tesserae.gateway.AnswerForm;
import io.tesserae.gateway.Manner;
import io.tesserae.gateway.ToolOffer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads how an answer is to be given: tools, form, variables of the template, haste. */
final class MannerReader {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_TOOLS = 128;
    private static final int MOST_LABELS = 16;
    private static final int LONGEST_LABEL = 512;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private MannerReader() {
    }

    static Manner read(ChatRequest request) {
        labels(request);
        String variables = request.getChatTemplateKwargs();
        if (!variables.isEmpty() && !parse("chat_template_kwargs", variables).isObject()) {
            throw QuestionReader.bad("chat_template_kwargs", "must be a JSON object");
        }
        int priority = switch (request.getServiceTier()) {
            case "", "auto", "default" -> 0;
            case "flex" -> 1;
            case "priority" -> -1;
            default -> throw QuestionReader.bad("service_tier", "must be 'auto', 'default', 'flex' or 'priority'");
        };
        return new Manner(tools(request), form(request.getResponseFormat()), variables, priority);
    }

    private static void labels(ChatRequest request) {
        if (request.getUser().length() > LONGEST_LABEL) {
            throw QuestionReader.bad("user", "may have at most " + LONGEST_LABEL + " characters");
        }
        if (request.getMetadataCount() > MOST_LABELS || request.getMetadataMap().values().stream().anyMatch(value -> value.length() > LONGEST_LABEL)) {
            throw QuestionReader.bad("metadata", "may hold at most " + MOST_LABELS + " strings of at most " + LONGEST_LABEL + " characters");
        }
    }

    private static AnswerForm form(ResponseFormat format) {
        return switch (format.getFormatCase()) {
            case JSON_SCHEMA -> {
                if (!parse("response_format.json_schema", format.getJsonSchema()).isObject()) {
                    throw QuestionReader.bad("response_format.json_schema", "must be a JSON Schema, as an object");
                }
                yield new AnswerForm.JsonSchema(format.getJsonSchema(), "response_format.json_schema");
            }
            case JSON_OBJECT -> new AnswerForm.JsonObject();
            case FORMAT_NOT_SET -> AnswerForm.ANYTHING;
        };
    }

    private static Optional<ToolOffer> tools(ChatRequest request) {
        if (request.getToolsCount() > MOST_TOOLS) {
            throw QuestionReader.bad("tools", "may hold at most " + MOST_TOOLS + " functions");
        }
        ArrayNode all = JSON.createArrayNode();
        ArrayNode named = JSON.createArrayNode();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < request.getToolsCount(); i++) {
            Tool tool = request.getTools(i);
            if (!NAME.matcher(tool.getName()).matches() || !names.add(tool.getName())) {
                throw QuestionReader.bad("tools[" + i + "].name", "must be of letters, digits, '_', '.' and '-', at most 64, and stand for one function");
            }
            all.add(function(tool, "tools[" + i + "].parameters"));
            if (tool.getName().equals(request.getToolName())) {
                named.add(all.get(i));
            }
        }
        boolean one = request.getToolChoice().equals("function");
        if (one != !request.getToolName().isEmpty() || one && named.isEmpty()) {
            throw QuestionReader.bad("tool_name", "must name one of 'tools' with tool_choice 'function', and only then");
        }
        boolean parallel = !request.hasParallelToolCalls() || request.getParallelToolCalls();
        String choice = request.getToolChoice().isEmpty() ? "auto" : request.getToolChoice();
        if (!Set.of("auto", "none", "required", "function").contains(choice)) {
            throw QuestionReader.bad("tool_choice", "must be 'none', 'auto', 'required' or 'function'");
        }
        if (all.isEmpty() && choice.equals("required")) {
            throw QuestionReader.bad("tool_choice", "needs 'tools' to choose from");
        }
        return all.isEmpty() || choice.equals("none") ? Optional.empty()
                : Optional.of(new ToolOffer(all.toString(), (one ? named : all).toString(), !choice.equals("auto"), parallel && !one));
    }

    private static ObjectNode function(Tool tool, String field) {
        ObjectNode node = JSON.createObjectNode().put("type", "function");
        ObjectNode function = node.putObject("function").put("name", tool.getName());
        if (!tool.getDescription().isEmpty()) {
            function.put("description", tool.getDescription());
        }
        JsonNode parameters = tool.getParameters().isEmpty() ? JSON.createObjectNode().put("type", "object").set("properties", JSON.createObjectNode())
                : parse(field, tool.getParameters());
        if (!parameters.isObject()) {
            throw QuestionReader.bad(field, "must be a JSON Schema of an object");
        }
        function.set("parameters", parameters);
        if (tool.getStrict()) {
            function.put("strict", true);
        }
        return node;
    }

    private static JsonNode parse(String field, String json) {
        try {
            JsonNode node = JSON.readTree(json);
            if (node != null) {
                return node;
            }
        } catch (JsonProcessingException malformed) {
            throw QuestionReader.bad(field, "is not JSON");
        }
        throw QuestionReader.bad(field, "is empty");
    }
}
