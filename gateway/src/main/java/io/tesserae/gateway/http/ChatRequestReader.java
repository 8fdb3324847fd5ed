package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.NerveChoice;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.Sampling;
import io.tesserae.gateway.Stopping;
import io.tesserae.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the body of {@code POST /v1/chat/completions}. Every field is honoured, or refused by name. */
@ApplicationScoped
class ChatRequestReader {

    private static final int MOST_STOPS = 16;
    private static final int MOST_BIASES = 1_024;

    private final JsonReader json;
    private final int choices;
    private final int messages;

    ChatRequestReader(JsonReader json, GatewayConfig config) {
        this.json = json;
        choices = config.limits().choices();
        messages = config.limits().messages();
    }

    /** The request, or a {@link Failure} that names the field to blame. */
    ChatRequest read(byte[] body) {
        Fields fields = Fields.of(json.read(body), "");
        String model = fields.string("model");
        boolean stream = fields.flag("stream", false);
        boolean includeUsage = includeUsage(fields, stream);
        boolean returnTokenIds = fields.flag("return_token_ids", false);
        boolean logprobs = fields.flag("logprobs", false);
        Integer topLogprobs = fields.integer("top_logprobs", 0, 20);
        if (topLogprobs != null && !logprobs) {
            throw fields.bad("top_logprobs", "needs 'logprobs' to be true");
        }
        Integer n = fields.integer("n", 1, choices);
        Question question = new Question(
                model == null ? "" : model,
                MessagesReader.read(fields, messages),
                sampling(fields),
                stopping(fields),
                logprobs ? OptionalInt.of(topLogprobs == null ? 0 : topLogprobs) : OptionalInt.empty(),
                n == null ? 1 : n,
                nerve(fields),
                MannerReader.chat(fields));
        DefaultOnlyFields.check(fields);
        fields.nothingElse();
        return new ChatRequest(question, stream, includeUsage, returnTokenIds, logprobs);
    }

    /** Our own extensions stand in an object of their own, so that they meet no field of OpenAI's, now or later. */
    static Optional<NerveChoice> nerve(Fields fields) {
        JsonNode node = fields.any("tesserae");
        if (node == null) {
            return Optional.empty();
        }
        Fields own = Fields.of(node, "tesserae");
        String name = own.string("nerve");
        own.nothingElse();
        return Optional.ofNullable(name).map(named -> new NerveChoice(named, own.path("nerve")));
    }

    private static boolean includeUsage(Fields fields, boolean stream) {
        JsonNode node = fields.any("stream_options");
        if (node == null) {
            return false;
        }
        if (!stream) {
            throw fields.bad("stream_options", "needs 'stream' to be true");
        }
        Fields options = Fields.of(node, "stream_options");
        boolean includeUsage = options.flag("include_usage", false);
        if (options.flag("include_obfuscation", false)) {
            throw options.unsupported("include_obfuscation", "is not supported; only false is accepted");
        }
        options.nothingElse();
        return includeUsage;
    }

    static Sampling sampling(Fields fields) {
        Integer topK = fields.integer("top_k", -1, Integer.MAX_VALUE);
        return new Sampling(
                fields.number("temperature", 0, 2),
                fields.numberAbove("top_p", 0, 1),
                topK == null ? null : Integer.valueOf(Math.max(0, topK)),
                fields.number("min_p", 0, 1),
                fields.numberAbove("repetition_penalty", 0, 10),
                fields.number("frequency_penalty", -2, 2),
                fields.number("presence_penalty", -2, 2),
                fields.integer64("seed"),
                logitBias(fields));
    }

    private static Map<Long, Float> logitBias(Fields fields) {
        JsonNode node = fields.any("logit_bias");
        if (node == null) {
            return Map.of();
        }
        Fields biases = Fields.of(node, "logit_bias");
        if (node.size() > MOST_BIASES) {
            throw fields.bad("logit_bias", "may hold at most " + MOST_BIASES + " tokens");
        }
        Map<Long, Float> byToken = new LinkedHashMap<>();
        node.fieldNames().forEachRemaining(name -> {
            if (!name.matches("[0-9]{1,9}")) {
                throw fields.bad("logit_bias", "must map token ids to numbers; a key is not a token id");
            }
            byToken.put(Long.valueOf(name), biases.number(name, -100, 100));
        });
        if (byToken.containsValue(null)) {
            throw fields.bad("logit_bias", "must map token ids to numbers; a value is null");
        }
        return byToken;
    }

    private static Stopping stopping(Fields fields) {
        Integer maxTokens = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
        Integer maxCompletionTokens = fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
        if (maxTokens != null && maxCompletionTokens != null && !maxTokens.equals(maxCompletionTokens)) {
            throw fields.bad("max_tokens", "and 'max_completion_tokens' say different things; give one of them");
        }
        Integer most = maxCompletionTokens == null ? maxTokens : maxCompletionTokens;
        return new Stopping(most == null ? 0 : most, stops(fields), fields.flag("ignore_eos", false));
    }

    static List<String> stops(Fields fields) {
        JsonNode node = fields.any("stop");
        if (node == null) {
            return List.of();
        }
        List<String> stops = new ArrayList<>();
        if (node.isTextual()) {
            stops.add(node.textValue());
        } else if (node.isArray()) {
            for (JsonNode one : node) {
                if (!one.isTextual()) {
                    throw fields.bad("stop", "must be a string or a list of strings");
                }
                stops.add(one.textValue());
            }
        } else {
            throw fields.bad("stop", "must be a string or a list of strings");
        }
        if (stops.size() > MOST_STOPS) {
            throw fields.bad("stop", "may hold at most " + MOST_STOPS + " strings");
        }
        if (stops.contains("")) {
            throw fields.bad("stop", "must not hold an empty string");
        }
        return stops;
    }
}
