package io.tesserae.llm.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.llm.Goldens;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplerTest {

    static Iterable<JsonNode> cases() {
        return Goldens.json("golden/sampling.json").path("cases");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void leavesTheProbabilitiesThatTransformersLeaves(JsonNode golden) {
        float[] logits = floats(golden.path("logits"));
        Sampler sampler = new Sampler(logits.length);
        SeenTokens seen = new SeenTokens(logits.length);
        golden.path("prompt").forEach(id -> seen.prompt(id.asLong()));
        golden.path("answer").forEach(id -> seen.generated(id.asLong()));
        int id = sampler.sample(logits, options(golden.path("options")), seen, 0);
        float[] weights = sampler.weights();
        double total = 0;
        for (float weight : weights) {
            total += weight;
        }
        float[] wanted = floats(golden.path("probabilities"));
        for (int i = 0; i < wanted.length; i++) {
            assertEquals(wanted[i], weights[i] / total, 2e-6, "token " + i + " of " + golden.path("options"));
        }
        assertTrue(weights[id] > 0);
    }

    private static SamplingOptions options(JsonNode options) {
        JsonNode bias = options.path("logit_bias");
        int[] ids = new int[bias.size()];
        float[] biases = new float[bias.size()];
        int next = 0;
        for (var entry : bias.properties()) {
            ids[next] = Integer.parseInt(entry.getKey());
            biases[next++] = entry.getValue().floatValue();
        }
        return new SamplingOptions((float) options.path("temperature").asDouble(1), (float) options.path("top_p").asDouble(1),
                options.path("top_k").asInt(0), (float) options.path("min_p").asDouble(0), (float) options.path("repetition_penalty").asDouble(1),
                (float) options.path("frequency_penalty").asDouble(0), (float) options.path("presence_penalty").asDouble(0), 1, ids, biases);
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).floatValue();
        }
        return values;
    }

    private static SamplingOptions seeded(long seed, float temperature) {
        return new SamplingOptions(temperature, 1, 0, 0, 1, 0, 0, seed, new int[0], new float[0]);
    }

    @Test
    void drawsTokensAsOftenAsTheyAreLikely() {
        float[] logits = {2, 1, 0, -1, 0.5f, -3};
        Sampler sampler = new Sampler(logits.length);
        int draws = 200_000;
        int[] counts = new int[logits.length];
        for (int position = 0; position < draws; position++) {
            counts[sampler.sample(logits.clone(), seeded(42, 1), null, position)]++;
        }
        double total = 0;
        for (float logit : logits) {
            total += Math.exp(logit);
        }
        double chiSquare = 0;
        for (int i = 0; i < logits.length; i++) {
            double expected = draws * Math.exp(logits[i]) / total;
            chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        assertTrue(chiSquare < 20.5, "chi-square " + chiSquare + " with 5 degrees of freedom (p = 0.001)");
    }

    @Test
    void neighbouringSeedsAndPositionsAreIndependent() {
        int[][] pairs = new int[10][10];
        for (int seed = 0; seed < 300; seed++) {
            for (int position = 0; position < 300; position++) {
                int first = (int) (10 * RandomStream.at(seed, position));
                pairs[first][(int) (10 * RandomStream.at(seed + 1, position))]++;
                pairs[first][(int) (10 * RandomStream.at(seed, position + 1))]++;
            }
        }
        double expected = 2 * 300 * 300 / 100.0;
        double chiSquare = Arrays.stream(pairs).flatMapToInt(Arrays::stream).mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
        // 99 degrees of freedom; pairs overlap, so the bound is wide.
        assertTrue(chiSquare < 250, "chi-square " + chiSquare);
    }

    @Test
    void theSamePlaceInTheSameStreamGivesTheSameToken() {
        Random random = new Random(1);
        float[] logits = new float[1000];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian();
        }
        Sampler one = new Sampler(logits.length);
        Sampler other = new Sampler(logits.length);
        int differences = 0;
        for (int position = 0; position < 100; position++) {
            other.sample(logits.clone(), seeded(9, 1), null, random.nextInt(1000));
            int token = one.sample(logits.clone(), seeded(7, 1), null, position);
            assertEquals(token, other.sample(logits.clone(), seeded(7, 1), null, position));
            differences += token == one.sample(logits.clone(), seeded(8, 1), null, position) ? 0 : 1;
        }
        assertNotEquals(0, differences);
    }

    @Test
    void greedyTakesTheFirstOfTheLikeliest() {
        Sampler sampler = new Sampler(4);
        assertEquals(1, sampler.sample(new float[] {0, 3, 3, 1}, SamplingOptions.GREEDY, null, 0));
        assertEquals(1, sampler.sample(new float[] {0, 3, 2, 1}, seeded(1, 1e-30f), null, 0));
        assertEquals(1, sampler.sample(new float[] {0, 3, 2, 1}, seeded(1, Float.MIN_VALUE), null, 0));
    }

    @Test
    void brokenLogitsAreNoticed() {
        Sampler sampler = new Sampler(3);
        float nan = Float.NaN;
        assertEquals(-1, sampler.sample(new float[] {nan, nan, nan}, SamplingOptions.GREEDY, null, 0));
        assertEquals(-1, sampler.sample(new float[] {1, Float.POSITIVE_INFINITY, 0}, SamplingOptions.GREEDY, null, 0));
    }

    @Test
    void exponentialIsNearTheTrueOne() {
        for (float x = 0; x > -87; x -= 0.00173f) {
            assertEquals(1, Exponential.of(x) / Math.exp(x), 3e-7, "e^" + x);
        }
        assertEquals(0, Exponential.of(-200));
        assertEquals(0, Exponential.of(Float.NEGATIVE_INFINITY));
        assertEquals(1, Exponential.of(0));
    }

    @Test
    void logprobsAreThoseOfTheModel() {
        float[] logits = {1, 4, 2, 4, -1};
        double logSum = Math.log(Math.exp(1) + 2 * Math.exp(4) + Math.exp(2) + Math.exp(-1));
        Logprobs logprobs = Logprobs.of(logits, 2, 3);
        assertEquals(2 - logSum, logprobs.chosen(), 1e-6);
        assertArrayEquals(new int[] {1, 3, 2}, logprobs.ids());
        assertEquals(4 - logSum, logprobs.logprobs()[1], 1e-6);
        assertEquals(0, Logprobs.of(logits, 0, 0).ids().length);
        assertEquals(5, Logprobs.of(logits, 0, 20).ids().length);
    }
}
