package io.tesserae.llm.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Tokens are chosen alike here and by the Python that Triton's repositories hold: what that chose is in {@code triton.json} (make_sampling_golden.py). */
class TritonSamplingTest {

    @Test
    void bothChooseTheSameTokens() throws IOException {
        JsonNode golden;
        try (InputStream file = getClass().getResourceAsStream("/sampling/triton.json")) {
            golden = new ObjectMapper().readTree(file);
        }
        int vocabulary = golden.get("vocabulary").asInt();
        int number = 0;
        for (JsonNode wanted : golden.get("cases")) {
            SamplingOptions options = options(wanted.get("options"));
            SeenTokens seen = new SeenTokens(vocabulary);
            IntStream.of(1, 2, 3, 900).forEach(seen::prompt);
            IntStream.of(7, 7, 8).forEach(seen::generated);
            Sampler sampler = new Sampler(vocabulary);
            for (int token = 0; token < wanted.get("tokens").size(); token++) {
                int chosen = sampler.sample(logits(number, token, vocabulary), options, seen, 3 + token);
                assertEquals(wanted.get("tokens").get(token).asInt(), chosen, options + ", token " + token);
                seen.generated(chosen);
            }
            Logprobs said = Logprobs.of(logits(number, 0, vocabulary), wanted.get("tokens").get(0).asInt(), 4);
            assertEquals((float) wanted.get("logprob").asDouble(), said.chosen());
            assertArrayEquals(StreamSupport.stream(wanted.get("top_ids").spliterator(), false).mapToInt(JsonNode::asInt).toArray(), said.ids());
            for (int i = 0; i < said.logprobs().length; i++) {
                assertEquals((float) wanted.get("top_logprobs").get(i).asDouble(), said.logprobs()[i]);
            }
            number++;
        }
    }

    private static float[] logits(int number, int token, int vocabulary) {
        float[] logits = new float[vocabulary];
        for (int i = 0; i < vocabulary; i++) {
            logits[i] = (float) ((int) (RandomStream.at(number, (long) token * vocabulary + i) * 1000) * 0.012 - 6);
        }
        return logits;
    }

    private static SamplingOptions options(JsonNode said) {
        int biased = said.path("bias_ids").size();
        int[] ids = new int[biased];
        float[] biases = new float[biased];
        for (int i = 0; i < biased; i++) {
            ids[i] = said.get("bias_ids").get(i).asInt();
            biases[i] = (float) said.get("biases").get(i).asDouble();
        }
        return new SamplingOptions(number(said, "temperature", 0), number(said, "top_p", 1), said.path("top_k").asInt(0), number(said, "min_p", 0),
                number(said, "repetition_penalty", 1), number(said, "frequency_penalty", 0), number(said, "presence_penalty", 0), said.path("seed").asLong(0),
                ids, biases);
    }

    private static float number(JsonNode said, String name, double without) {
        return (float) said.path(name).asDouble(without);
    }
}
