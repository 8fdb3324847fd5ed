package io.tesserae.llm.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.llm.sampling.SamplingOptions;
import io.tesserae.llm.v1.Constraint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A model that was never trained says JSON all the same, however its tokens are chosen and computed. */
@Timeout(120)
class HeldAnswersTest {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Constraint SCHEMA = Constraint.newBuilder().setJsonSchema("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},"
            + "\"b\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}},\"c\":{\"enum\":[\"x\",\"y\"]}},\"required\":[\"a\",\"b\",\"c\"]}").build();
    private static final SamplingOptions[] WAYS = {SamplingOptions.GREEDY, Asking.SEEDED,
        new SamplingOptions(1.5f, 0.9f, 40, 0.01f, 1.1f, 0.2f, 0.1f, 7, new int[] {40, 41}, new float[] {5, -5})};

    private static Asking open(int guessed) {
        ModelFolder folder = ModelFolder.open(Path.of("..", "end-to-end", "fixtures", "models", "qwen2-vl-random"));
        return new Asking(folder, 4, Asking.limits(32, true, new PrefixReuse(16, 100_000, 4), new PromptLookup(guessed, 2, 9)), Long.MAX_VALUE);
    }

    private static void requireWhole(Recorder answer) throws JsonProcessingException {
        JsonNode value = JSON.readTree(answer.text());
        assertTrue(value.path("a").isTextual() && value.path("b").isArray() && List.of("x", "y").contains(value.path("c").asText()), answer.text());
    }

    @Test
    void answersAreWholeWhereverTheyEnd() throws JsonProcessingException {
        try (Asking asking = open(0)) {
            List<Recorder> answers = new ArrayList<>();
            for (int most = 24; most < 90; most += 6) {
                for (SamplingOptions way : WAYS) {
                    answers.add(asking.hold(SCHEMA, most, way, List.of(), new long[0], Asking.text(most, 9)));
                }
            }
            int cut = 0;
            for (Recorder answer : answers) {
                requireWhole(answer.await());
                cut += answer.end().reason() == AnswerEnd.Reason.LENGTH ? 1 : 0;
                assertEquals(answer.ids().length, answer.end().generatedTokens());
            }
            assertTrue(cut > 0 && cut <= answers.size(), cut + " were cut short");
        }
    }

    @Test
    void aStopStringDoesNotBreakThem() throws JsonProcessingException {
        try (Asking asking = open(0)) {
            int stopped = 0;
            for (int i = 0; i < 12; i++) {
                Recorder answer = asking.hold(SCHEMA, 80, WAYS[i % WAYS.length], List.of("e", "b\":", ","), new long[0], Asking.text(i, 9)).await();
                requireWhole(answer);
                stopped += answer.end().stop().isEmpty() ? 0 : 1;
            }
            assertTrue(stopped > 6, stopped + " met a stop string");
        }
    }

    @Test
    void guessingAndGoingOnElsewhereChangeNothing() throws JsonProcessingException {
        for (SamplingOptions way : WAYS) {
            Recorder wanted;
            try (Asking asking = open(0)) {
                wanted = asking.hold(SCHEMA, 70, way, List.of(), new long[0], Asking.text(3, 30)).await();
                requireWhole(wanted);
                long[] begun = Arrays.copyOf(wanted.ids(), 11);
                Recorder rest = asking.hold(SCHEMA, 70, way, List.of(), begun, Asking.text(3, 30)).await();
                assertArrayEquals(Arrays.copyOfRange(wanted.ids(), 11, wanted.ids().length), rest.ids());
            }
            try (Asking asking = open(4)) {
                assertArrayEquals(wanted.ids(), asking.hold(SCHEMA, 70, way, List.of(), new long[0], Asking.text(3, 30)).await().ids());
            }
        }
    }
}
