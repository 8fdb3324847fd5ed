package io.tesserae.llm.sampling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.llm.v1.Sampling;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a checkpoint's {@code generation_config.json} says about sampling, for requests that do not say it themselves.
 *
 * @param eosTokenIds ids that end an answer
 */
public record SamplingDefaults(
        float temperature, float topP, int topK, float minP, float repetitionPenalty, TreeSet<Long> eosTokenIds) {

    /** Reads the file's text; an empty text says nothing. */
    public static SamplingDefaults of(String generationConfig) {
        JsonNode config;
        try {
            config = new ObjectMapper().readTree(generationConfig.isBlank() ? "{}" : generationConfig);
        } catch (JsonProcessingException malformed) {
            throw new ModelFolderException("generation_config.json is not JSON: " + malformed.getOriginalMessage(), malformed);
        }
        TreeSet<Long> ends = new TreeSet<>();
        JsonNode eos = config.path("eos_token_id");
        if (eos.isNumber()) {
            ends.add(eos.asLong());
        }
        eos.forEach(id -> ends.add(id.asLong()));
        return new SamplingDefaults(number(config, "temperature", 1), number(config, "top_p", 1), (int) number(config, "top_k", 0),
                number(config, "min_p", 0), number(config, "repetition_penalty", 1), ends);
    }

    private static float number(JsonNode config, String key, float absent) {
        return config.path(key).isNumber() ? config.path(key).floatValue() : absent;
    }

    /** The request's options, with these where it says nothing. Throws {@link Failure} naming the field that is out of range. */
    public SamplingOptions resolve(Sampling asked, int vocabulary) {
        Map<Long, Float> bias = new TreeMap<>(asked.getLogitBiasMap());
        int[] biasIds = new int[bias.size()];
        float[] biases = new float[bias.size()];
        int next = 0;
        for (Map.Entry<Long, Float> entry : bias.entrySet()) {
            String field = "logit_bias[" + entry.getKey() + "]";
            if (entry.getKey() < 0 || entry.getKey() >= vocabulary) {
                throw invalid(field, "a token id from 0 to " + (vocabulary - 1));
            }
            biasIds[next] = entry.getKey().intValue();
            biases[next++] = within(field, entry.getValue(), -100, 100);
        }
        float topPAsked = within("top_p", asked.hasTopP() ? asked.getTopP() : topP, 0, 1);
        if (topPAsked == 0) {
            throw invalid("top_p", "above 0 and at most 1");
        }
        float penalty = asked.hasRepetitionPenalty() ? asked.getRepetitionPenalty() : repetitionPenalty;
        if (!(penalty > 0) || Float.isInfinite(penalty)) {
            throw invalid("repetition_penalty", "above 0");
        }
        if (asked.getTopK() < 0) {
            throw invalid("top_k", "at most " + Integer.MAX_VALUE);
        }
        return new SamplingOptions(
                within("temperature", asked.hasTemperature() ? asked.getTemperature() : temperature, 0, 2),
                topPAsked,
                asked.hasTopK() ? asked.getTopK() : topK,
                within("min_p", asked.hasMinP() ? asked.getMinP() : minP, 0, 1),
                penalty,
                within("frequency_penalty", asked.getFrequencyPenalty(), -2, 2),
                within("presence_penalty", asked.getPresencePenalty(), -2, 2),
                asked.hasSeed() ? asked.getSeed() : ThreadLocalRandom.current().nextLong(),
                biasIds, biases);
    }

    private static float within(String field, float value, float lowest, float highest) {
        if (!(value >= lowest && value <= highest)) {
            throw invalid(field, "from " + (int) lowest + " to " + (int) highest);
        }
        return value;
    }

    private static Failure invalid(String field, String range) {
        return Failure.inField(Reason.INVALID_FIELD, "start.sampling." + field, field + " must be " + range);
    }
}
