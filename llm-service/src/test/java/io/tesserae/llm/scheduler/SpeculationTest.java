package io.tesserae.llm.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.metric.Metrics;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.llm.Goldens;
import io.tesserae.llm.sampling.SamplingOptions;
import io.tesserae.llm.scheduler.Asking.Picture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guessed tokens change nothing but the time. */
@Timeout(120)
class SpeculationTest {

    private static final Path FIXTURES = Path.of("..", "end-to-end", "fixtures", "models");
    private static final PrefixReuse REUSE = new PrefixReuse(256, 100_000, 4);

    private static Asking open(String model, int most, int mostRunning, long kvTokens) {
        ModelFolder folder = ModelFolder.open(model.equals("tiny") ? Goldens.path("model") : FIXTURES.resolve(model));
        Limits limits = Asking.limits(32, true, REUSE, new PromptLookup(most, 2, mostRunning));
        try (Asking sizes = new Asking(folder, 1, limits, Long.MAX_VALUE)) {
            return new Asking(folder, 4, limits, kvTokens == 0 ? Long.MAX_VALUE : kvTokens * sizes.shape.kvBytesPerToken());
        }
    }

    private static Object[] question(int number) {
        long[] quoted = Asking.text(number, 12);
        return new Object[] {quoted, Asking.text(90 + number, 5), new Picture(number, 2, 4, true), quoted, Asking.text(60 + number, number), quoted};
    }

    private static final SamplingOptions[] WAYS = {SamplingOptions.GREEDY, SamplingOptions.GREEDY, Asking.SEEDED,
        new SamplingOptions(0, 1, 0, 0, 1.05f, 0.01f, 0, 0, new int[0], new float[0])};

    private static List<long[]> answers(Asking asking, boolean together) {
        List<Recorder> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(asking.send(0, 60 + 7 * i, WAYS[i % WAYS.length], question(i)));
            if (!together) {
                answers.get(i).await();
            }
        }
        return answers.stream().map(answer -> answer.await().ids()).toList();
    }

    @ParameterizedTest
    @CsvSource({"tiny, 4, 9, 0, 0", "gemma3-random, 4, 9, 0, 20", "gemma3-random, 1, 2, 0, 20", "qwen3-vl-random, 8, 1, 0, 20", "qwen3-vl-random, 5, 9, 250, 20"})
    void answersAreTheSameWithAndWithoutAloneAndTogether(String model, int most, int mostRunning, long kvTokens, int least) {
        List<long[]> wanted;
        try (Asking asking = open(model, 0, 0, 0)) {
            wanted = answers(asking, false);
            assertEquals(0, asking.count(Metrics.SPECULATED_TOKENS));
        }
        try (Asking asking = open(model, most, mostRunning, kvTokens)) {
            for (boolean together : new boolean[] {false, true}) {
                List<long[]> given = answers(asking, together);
                for (int i = 0; i < wanted.size(); i++) {
                    assertArrayEquals(wanted.get(i), given.get(i), "answer " + i);
                }
            }
            double right = asking.count(Metrics.ACCEPTED_TOKENS);
            assertTrue(right >= least && right <= asking.count(Metrics.SPECULATED_TOKENS), right + " tokens were guessed right");
        }
    }

    @Test
    void guessesWhatFollowedTheLongestMatch() {
        PromptLookup lookup = new PromptLookup(3, 2, 1);
        long[] tokens = {1, 2, 3, 4, 9, 2, 3, 5, 8, 1, 2, 3, 0, 0, 0};
        assertEquals(3, lookup.guess(tokens, 12, 3));
        assertArrayEquals(new long[] {4, 9, 2}, new long[] {tokens[12], tokens[13], tokens[14]});
        long[] repeating = {7, 6, 6, 6, 0, 0, 0};
        assertEquals(3, lookup.guess(repeating, 4, 3));
        assertArrayEquals(new long[] {6, 6, 6}, new long[] {repeating[4], repeating[5], repeating[6]});
        assertEquals(0, lookup.guess(new long[] {1, 2, 3, 4, 0, 0, 0}, 4, 3));
        assertEquals(0, lookup.guess(new long[] {1, 0, 0, 0}, 1, 3));
    }
}
