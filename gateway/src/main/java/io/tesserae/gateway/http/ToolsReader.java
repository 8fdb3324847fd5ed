package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.gateway.ToolOffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}, as chat completions have them and as responses do. */
final class ToolsReader {

    static final int MOST_TOOLS = 128;
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private final Fields body;
    private final boolean nested;
    private final ArrayNode all = JsonNodeFactory.instance.arrayNode();

    private ToolsReader(Fields body, boolean nested) {
        this.body = body;
        this.nested = nested;
    }

    /** Of a chat completion, whose functions stand in an object of their own. */
    static Optional<ToolOffer> chat(Fields body) {
        return new ToolsReader(body, true).read();
    }

    /** Of a response, whose functions are the tools themselves. */
    static Optional<ToolOffer> responses(Fields body) {
        return new ToolsReader(body, false).read();
    }

    private Optional<ToolOffer> read() {
        tools();
        boolean parallel = body.flag("parallel_tool_calls", true);
        JsonNode choice = body.any("tool_choice");
        String word = choice == null ? "auto" : choice.isTextual() ? choice.textValue() : "";
        if (all.isEmpty()) {
            if (choice != null && !word.equals("none") && !word.equals("auto")) {
                throw body.bad("tool_choice", "needs 'tools' to choose from");
            }
            return Optional.empty();
        }
        return switch (word) {
            case "none" -> Optional.empty();
            case "auto" -> Optional.of(new ToolOffer(all.toString(), all.toString(), false, parallel));
            case "required" -> Optional.of(new ToolOffer(all.toString(), all.toString(), true, parallel));
            case "" -> Optional.of(chosen(Fields.of(choice, body.path("tool_choice")), parallel));
            default -> throw body.bad("tool_choice", "must be 'none', 'auto', 'required' or a function");
        };
    }

    private void tools() {
        JsonNode list = body.any("tools");
        if (list == null) {
            return;
        }
        if (!list.isArray() || list.size() > MOST_TOOLS) {
            throw body.bad("tools", "must be a list of at most " + MOST_TOOLS + " functions");
        }
        for (int i = 0; i < list.size(); i++) {
            tool(Fields.of(list.get(i), body.path("tools[" + i + "]")));
        }
    }

    private void tool(Fields tool) {
        tool.required("type");
        String type = tool.string("type");
        if (!"function".equals(type)) {
            throw tool.unsupported("type", "only 'function' is supported");
        }
        Fields function = nested ? Fields.of(tool.required("function"), tool.path("function")) : tool;
        function.required("name");
        String name = function.string("name");
        if (!NAME.matcher(name).matches()) {
            throw function.bad("name", "must be of letters, digits, '_', '.' and '-', at most 64");
        }
        all.forEach(other -> {
            if (other.path("function").path("name").asText().equals(name)) {
                throw function.bad("name", "stands for two functions");
            }
        });
        String description = function.string("description");
        JsonNode parameters = function.any("parameters");
        if (parameters != null && !parameters.isObject()) {
            throw function.bad("parameters", "must be a JSON Schema of an object");
        }
        boolean strict = function.flag("strict", false);
        function.nothingElse();
        tool.nothingElse();
        add(all, name, description == null ? "" : description, parameters, strict);
    }

    /** Adds a function in OpenAI's form. {@code parameters} may be null. */
    static void add(ArrayNode tools, String name, String description, JsonNode parameters, boolean strict) {
        ObjectNode function = tools.addObject().put("type", "function").putObject("function").put("name", name);
        if (!description.isEmpty()) {
            function.put("description", description);
        }
        // Templates read them whether there are any or not.
        function.set("parameters", parameters != null ? parameters
                : JsonNodeFactory.instance.objectNode().put("type", "object").set("properties", JsonNodeFactory.instance.objectNode()));
        if (strict) {
            function.put("strict", true);
        }
    }

    private ToolOffer chosen(Fields choice, boolean parallel) {
        choice.required("type");
        switch (choice.string("type")) {
            case "function" -> {
                Fields function = nested ? Fields.of(choice.required("function"), choice.path("function")) : choice;
                function.required("name");
                String name = function.string("name");
                function.nothingElse();
                choice.nothingElse();
                return new ToolOffer(all.toString(), only(List.of(name), function).toString(), true, false);
            }
            case "allowed_tools" -> {
                Fields allowed = nested ? Fields.of(choice.required("allowed_tools"), choice.path("allowed_tools")) : choice;
                allowed.required("mode");
                String mode = allowed.string("mode");
                if (!mode.equals("auto") && !mode.equals("required")) {
                    throw allowed.bad("mode", "must be 'auto' or 'required'");
                }
                List<String> names = new ArrayList<>();
                for (JsonNode tool : allowed.required("tools")) {
                    names.add((nested ? tool.path("function") : tool).path("name").asText());
                }
                allowed.nothingElse();
                choice.nothingElse();
                return new ToolOffer(all.toString(), only(names, allowed).toString(), mode.equals("required"), parallel);
            }
            default -> throw choice.unsupported("type", "only 'function' and 'allowed_tools' are supported");
        }
    }

    private ArrayNode only(List<String> names, Fields where) {
        ArrayNode chosen = JsonNodeFactory.instance.arrayNode();
        for (JsonNode tool : all) {
            if (names.contains(tool.path("function").path("name").asText())) {
                chosen.add(tool);
            }
        }
        if (chosen.isEmpty() || chosen.size() < names.size()) {
            throw where.bad(names.size() == 1 ? "name" : "tools", "names a function that is not among 'tools'");
        }
        return chosen;
    }
}
