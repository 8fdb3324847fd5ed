package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.contract.failure.Failure;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * OpenAI's documented fields that this server has no use for: values that ask for nothing are accepted, others refused by name.
 * Labels (who asks, for what) change no answer and are accepted as they are.
 */
final class DefaultOnlyFields {

    private static final int MOST_METADATA = 16;
    private static final int LONGEST_LABEL = 512;

    private record Rule(Predicate<JsonNode> harmless, String accepted) {
    }

    private static final Rule NOTHING = new Rule(value -> false, "leave it out");
    private static final Rule NO_LIST = new Rule(value -> value.isArray() && value.isEmpty(), "only an empty list is accepted");
    private static final Rule OFF = new Rule(value -> value.isBoolean() && !value.booleanValue(), "only false is accepted");

    private static final Map<String, Rule> RULES = Map.ofEntries(
            Map.entry("functions", NO_LIST),
            Map.entry("function_call", words("none", "auto")),
            Map.entry("modalities", new Rule(
                    value -> value.isArray() && value.size() == 1 && "text".equals(value.get(0).textValue()),
                    "only [\"text\"] is accepted")),
            Map.entry("store", OFF),
            Map.entry("verbosity", words("medium")),
            Map.entry("reasoning_effort", words("none")),
            Map.entry("prompt_cache_retention", words("in_memory", "in-memory")),
            Map.entry("audio", NOTHING),
            Map.entry("prediction", NOTHING),
            Map.entry("web_search_options", NOTHING));

    private static final List<String> LABELS = List.of("user", "safety_identifier", "prompt_cache_key");

    private DefaultOnlyFields() {
    }

    private static Rule words(String... accepted) {
        List<String> all = List.of(accepted);
        return new Rule(value -> value.isTextual() && all.contains(value.textValue()), "only " + all + " is accepted");
    }

    /** Throws a {@link Failure} that names the first field that asks for something. */
    static void check(Fields fields) {
        RULES.forEach((name, rule) -> {
            JsonNode value = fields.any(name);
            if (value != null && !rule.harmless.test(value)) {
                throw fields.unsupported(name, "is not supported with this value: " + rule.accepted);
            }
        });
        labels(fields);
    }

    /** Labels: who asks, and for what. */
    static void labels(Fields fields) {
        for (String label : LABELS) {
            String value = fields.string(label);
            if (value != null && value.length() > LONGEST_LABEL) {
                throw fields.bad(label, "may have at most " + LONGEST_LABEL + " characters");
            }
        }
        JsonNode metadata = fields.any("metadata");
        if (metadata != null) {
            metadata(fields, metadata);
        }
    }

    private static void metadata(Fields fields, JsonNode metadata) {
        if (!metadata.isObject() || metadata.size() > MOST_METADATA) {
            throw fields.bad("metadata", "must be an object of at most " + MOST_METADATA + " strings");
        }
        for (JsonNode value : metadata) {
            if (!value.isTextual() || value.textValue().length() > LONGEST_LABEL) {
                throw fields.bad("metadata", "must hold strings of at most " + LONGEST_LABEL + " characters");
            }
        }
    }
}
