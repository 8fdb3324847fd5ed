package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.AnswerForm;
import io.tesserae.gateway.Content;
import io.tesserae.gateway.Manner;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.Stopping;
import io.tesserae.gateway.Turn;
import io.tesserae.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Reads the body of {@code POST /v1/responses}. Every field is honoured, or refused by name. */
@ApplicationScoped
class ResponseRequestReader {

    private static final Set<String> INCLUDED = Set.of("message.output_text.logprobs", "reasoning.encrypted_content");

    private final JsonReader json;
    private final ResponseStore store;
    private final int messages;

    ResponseRequestReader(JsonReader json, ResponseStore store, GatewayConfig config) {
        this.json = json;
        this.store = store;
        messages = config.limits().messages();
    }

    /** The request, or a {@link Failure} that names the field to blame. */
    ResponseRequest read(byte[] body) {
        JsonNode node = json.read(body);
        Fields fields = Fields.of(node, "");
        String model = fields.string("model");
        String instructions = fields.string("instructions");
        List<Turn> turns = new ArrayList<>(earlier(fields));
        turns.addAll(ResponseInputReader.read(fields));
        if (turns.size() > messages) {
            throw fields.bad("input", "may hold at most " + messages + " messages, with those before them");
        }
        List<Turn> all = new ArrayList<>(turns);
        if (instructions != null) {
            all.add(0, new Turn(Turn.Role.SYSTEM, "", List.of(new Content.Words(instructions))));
        }
        boolean stream = fields.flag("stream", false);
        streamOptions(fields, stream);
        boolean logprobs = included(fields);
        Integer top = fields.integer("top_logprobs", 0, 20);
        Integer most = fields.integer("max_output_tokens", 1, Integer.MAX_VALUE);
        Manner manner = new Manner(ToolsReader.responses(fields), form(fields), MannerReader.templateVariables(fields), MannerReader.priority(fields));
        Question question = new Question(model == null ? "" : model, List.copyOf(all), ChatRequestReader.sampling(fields),
                new Stopping(most == null ? 0 : most, ChatRequestReader.stops(fields), fields.flag("ignore_eos", false)),
                logprobs || top != null && top > 0 ? OptionalInt.of(top == null ? 0 : top) : OptionalInt.empty(), 1, ChatRequestReader.nerve(fields), manner);
        boolean keep = keep(fields);
        refuseOthers(fields);
        return new ResponseRequest(question, stream, head(node, manner, keep), question.topLogprobs().isPresent(), keep, List.copyOf(turns), input(node));
    }

    private List<Turn> earlier(Fields fields) {
        String previous = fields.string("previous_response_id");
        if (previous == null) {
            return List.of();
        }
        if (!store.on()) {
            throw fields.unsupported("previous_response_id", "needs stored responses, which this server keeps none of (tesserae.gateway.responses.store)");
        }
        return store.conversation(previous).orElseThrow(() -> ResponseStore.unknown("previous_response_id"));
    }

    private boolean keep(Fields fields) {
        boolean asked = fields.flag("store", false);
        boolean unsaid = fields.any("store") == null;
        // OpenAI's own default is to store; a server that stores nothing says so in its answer.
        return store.on() && (asked || unsaid);
    }

    private static AnswerForm form(Fields fields) {
        JsonNode node = fields.any("text");
        if (node == null) {
            return AnswerForm.ANYTHING;
        }
        Fields text = Fields.of(node, "text");
        AnswerForm form = AnswerFormReader.read(text, "format", false);
        String verbosity = text.string("verbosity");
        if (verbosity != null && !verbosity.equals("medium")) {
            throw text.unsupported("verbosity", "is not supported; only 'medium' is accepted");
        }
        text.nothingElse();
        return form;
    }

    private static void streamOptions(Fields fields, boolean stream) {
        JsonNode node = fields.any("stream_options");
        if (node == null) {
            return;
        }
        if (!stream) {
            throw fields.bad("stream_options", "needs 'stream' to be true");
        }
        Fields options = Fields.of(node, "stream_options");
        if (options.flag("include_obfuscation", false)) {
            throw options.unsupported("include_obfuscation", "is not supported; only false is accepted");
        }
        options.nothingElse();
    }

    private static boolean included(Fields fields) {
        JsonNode include = fields.any("include");
        boolean logprobs = false;
        for (JsonNode one : include == null ? List.<JsonNode>of() : include) {
            if (!INCLUDED.contains(one.asText())) {
                throw fields.unsupported("include", "knows only " + INCLUDED.stream().sorted().toList());
            }
            logprobs |= one.asText().startsWith("message.");
        }
        if (include != null && !include.isArray()) {
            throw fields.bad("include", "must be a list");
        }
        return logprobs;
    }

    private static void refuseOthers(Fields fields) {
        DefaultOnlyFields.labels(fields);
        if (fields.flag("background", false)) {
            throw fields.unsupported("background", "is not supported; only false is accepted");
        }
        String truncation = fields.string("truncation");
        if (truncation != null && !truncation.equals("disabled")) {
            throw fields.unsupported("truncation", "is not supported; only 'disabled' is accepted");
        }
        JsonNode reasoning = fields.any("reasoning");
        if (reasoning != null) {
            Fields asked = Fields.of(reasoning, "reasoning");
            String effort = asked.string("effort");
            if (effort != null && !effort.equals("none") || asked.any("summary") != null || asked.any("generate_summary") != null) {
                throw fields.unsupported("reasoning", "is not supported; only {\"effort\": \"none\"} is accepted");
            }
            asked.nothingElse();
        }
        for (String name : new String[] {"conversation", "prompt", "max_tool_calls", "context_management", "prompt_cache_retention"}) {
            if (fields.any(name) != null) {
                throw fields.unsupported(name, "is not supported: leave it out");
            }
        }
        fields.nothingElse();
    }

    /** What a response repeats of its request. */
    private static ObjectNode head(JsonNode body, Manner manner, boolean keep) {
        ObjectNode head = JsonNodeFactory.instance.objectNode();
        head.put("background", false);
        for (String name : new String[] {"instructions", "max_output_tokens", "max_tool_calls", "previous_response_id", "prompt_cache_key", "safety_identifier",
                "temperature", "top_p", "user"}) {
            head.set(name, body.path(name).isMissingNode() ? JsonNodeFactory.instance.nullNode() : body.get(name));
        }
        head.putObject("reasoning").putNull("effort").putNull("summary");
        head.put("service_tier", MannerReader.tier(manner.priority())).put("store", keep);
        head.put("parallel_tool_calls", body.path("parallel_tool_calls").asBoolean(true));
        ObjectNode text = head.putObject("text");
        text.set("format", body.path("text").path("format").isObject() ? body.get("text").get("format") : JsonNodeFactory.instance.objectNode().put("type", "text"));
        text.put("verbosity", "medium");
        head.set("tool_choice", body.path("tool_choice").isMissingNode() || body.path("tool_choice").isNull()
                ? JsonNodeFactory.instance.textNode("auto") : body.get("tool_choice"));
        head.set("tools", body.path("tools").isArray() ? body.get("tools") : JsonNodeFactory.instance.arrayNode());
        head.put("top_logprobs", body.path("top_logprobs").asInt(0)).put("truncation", "disabled");
        head.set("metadata", body.path("metadata").isObject() ? body.get("metadata") : JsonNodeFactory.instance.objectNode());
        return head;
    }

    private static ArrayNode input(JsonNode body) {
        if (body.path("input").isArray()) {
            return (ArrayNode) body.get("input");
        }
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        items.addObject().put("type", "message").put("role", "user").putArray("content").addObject().put("type", "input_text").set("text", body.get("input"));
        return items;
    }
}
