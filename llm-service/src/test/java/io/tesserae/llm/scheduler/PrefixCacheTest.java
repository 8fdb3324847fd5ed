package io.tesserae.llm.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.metric.Metrics;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.llm.Goldens;
import io.tesserae.llm.sampling.SamplingOptions;
import io.tesserae.llm.scheduler.Asking.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A prompt that begins as another did is not computed twice, and its answer is what it would be. With a small model of every family. */
@Timeout(120)
class PrefixCacheTest {

    private static final Path FIXTURES = Path.of("..", "end-to-end", "fixtures", "models");
    private static final PrefixReuse ON = new PrefixReuse(256, 100_000, 4);
    private static final Picture CAT = new Picture(1, 3, 4, true);
    private static final Picture DOG = new Picture(2, 3, 4, true);
    private static final long[] SYSTEM = Asking.text(1, 9);
    private static final long[] WHAT = Asking.text(2, 7);
    private static final long[] WHERE = Asking.text(3, 11);

    static Stream<Path> models() throws IOException {
        List<Path> models = new ArrayList<>(List.of(Goldens.path("model")));
        try (Stream<Path> folders = Files.list(FIXTURES)) {
            folders.sorted().forEach(models::add);
        }
        assertTrue(models.size() > 10, "the families' small models are in " + FIXTURES.toAbsolutePath());
        return models.stream();
    }

    private static Asking open(Path model, PrefixReuse reuse) {
        return new Asking(ModelFolder.open(model), 3, Asking.limits(16, true, reuse), Long.MAX_VALUE);
    }

    @ParameterizedTest
    @MethodSource("models")
    void answersAreTheSameWithAndWithout(Path model) {
        Object[][] questions = {{SYSTEM, CAT, WHAT}, {SYSTEM, CAT, WHERE}, {SYSTEM, DOG, WHAT}, {SYSTEM, CAT, WHAT}, {SYSTEM, CAT, DOG, WHAT},
            {SYSTEM, CAT, DOG, WHERE}, {SYSTEM, DOG, CAT, WHERE}, {WHERE}, {CAT, WHAT}, {CAT, WHERE}};
        List<long[]> alone = new ArrayList<>();
        try (Asking asking = open(model, PrefixReuse.NONE)) {
            for (Object[] question : questions) {
                Recorder answer = asking.ask(24, question);
                alone.add(answer.ids());
                assertEquals(0, answer.end().cachedTokens());
            }
            assertEquals(0, asking.count(Metrics.CACHED_TOKENS));
        }
        assertFalse(Arrays.equals(alone.get(0), alone.get(2)) && Arrays.equals(alone.get(4), alone.get(6)), "answers do not depend on pictures");
        try (Asking asking = open(model, ON)) {
            long cached = 0;
            long prompts = 0;
            for (int i = 0; i < questions.length; i++) {
                Recorder answer = asking.ask(24, questions[i]);
                assertArrayEquals(alone.get(i), answer.ids(), "question " + i);
                cached += answer.end().cachedTokens();
                prompts += answer.end().promptTokens();
            }
            assertEquals(prompts - cached, asking.computed.get(), "tokens that were computed");
            assertEquals(cached, asking.count(Metrics.CACHED_TOKENS));
            assertEquals(questions.length, asking.count(Metrics.CACHE_QUERIES));
            // All but the first, and those that begin otherwise: the text alone, and the first that begins with a picture.
            assertEquals(questions.length - 3, asking.count(Metrics.CACHE_HITS));
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void theSecondQuestionComputesOnlyWhatIsNew(Path model) {
        try (Asking asking = open(model, ON)) {
            asking.ask(24, SYSTEM, CAT, WHAT);
            Recorder second = asking.ask(24, SYSTEM, CAT, WHERE);
            assertEquals(SYSTEM.length + CAT.tokens(), second.end().cachedTokens());
            assertEquals(SYSTEM.length + CAT.tokens() + WHAT.length + WHERE.length, asking.computed.get());
            // The same once more: all but its last token is there, and a picture that sees both ways is not cut.
            assertEquals(SYSTEM.length + CAT.tokens() + WHERE.length - 1, asking.ask(24, SYSTEM, CAT, WHERE).end().cachedTokens());
            Recorder picture = asking.ask(24, SYSTEM, CAT);
            assertEquals(SYSTEM.length + (asking.shape.bidirectional() > 0 ? 0 : CAT.tokens() - 1), picture.end().cachedTokens());
        }
    }

    @Test
    void aTurnAfterAnAnswerUsesTheAnswerToo() {
        try (Asking asking = open(Goldens.path("model"), ON)) {
            Recorder first = asking.ask(24, SYSTEM, CAT, WHAT);
            Recorder second = asking.ask(8, SYSTEM, CAT, WHAT, first.ids(), WHERE);
            // The answer's last token was never computed.
            assertEquals(SYSTEM.length + CAT.tokens() + WHAT.length + 23, second.end().cachedTokens());
            try (Asking without = open(Goldens.path("model"), PrefixReuse.NONE)) {
                assertArrayEquals(without.ask(8, SYSTEM, CAT, WHAT, first.ids(), WHERE).ids(), second.ids());
            }
        }
    }

    @Test
    void anotherPictureOrOneWithoutAKeyIsNeverTaken() {
        try (Asking asking = open(Goldens.path("model"), ON)) {
            asking.ask(4, SYSTEM, CAT, WHAT);
            for (Picture other : List.of(DOG, new Picture(1, 4, 4, true), new Picture(1, 3, 4, false))) {
                assertEquals(SYSTEM.length, asking.ask(4, SYSTEM, other, WHAT).end().cachedTokens());
            }
            Picture nameless = new Picture(1, 3, 4, false);
            asking.ask(4, SYSTEM, nameless, WHAT);
            assertEquals(SYSTEM.length, asking.ask(4, SYSTEM, nameless, WHAT).end().cachedTokens(), "what has no key is like nothing, itself included");
            long[] asText = asking.prompt(CAT).ids();
            assertEquals(SYSTEM.length, asking.ask(4, SYSTEM, asText, WHAT).end().cachedTokens(), "ids that look like a picture are none");
            asking.ask(4, CAT, WHAT);
            assertEquals(0, asking.ask(4, SYSTEM[0] == 5 ? new long[] {6} : new long[] {5}, CAT, WHAT).end().cachedTokens(), "the picture stands elsewhere");
        }
    }

    @Test
    void whatRunsIsSharedWithWhatComes() {
        try (Asking asking = open(Goldens.path("model"), ON)) {
            long[] wanted = asking.ask(60, SYSTEM, DOG, WHERE).ids();
            Recorder running = asking.send(0, 400, SamplingOptions.GREEDY, SYSTEM, CAT, WHAT);
            running.awaitTokens(2);
            assertEquals(SYSTEM.length + CAT.tokens(), asking.ask(20, SYSTEM, CAT, WHERE).end().cachedTokens());
            assertArrayEquals(wanted, asking.ask(60, SYSTEM, DOG, WHERE).ids(), "rows moved, and nothing was mixed up");
            assertEquals(400, running.await().ids().length);
        }
    }

    @Test
    void togetherTheSamePictureIsReadOnce() {
        try (Asking asking = open(Goldens.path("model"), ON)) {
            long[] wanted = asking.ask(30, SYSTEM, DOG, WHAT).ids();
            long before = asking.computed.get();
            List<Recorder> answers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                answers.add(asking.send(0, 30, Asking.SEEDED, SYSTEM, CAT, WHAT));
            }
            long[] first = answers.get(0).await().ids();
            answers.forEach(answer -> assertArrayEquals(first, answer.await().ids()));
            assertEquals(CAT.tokens() + WHAT.length + 2, asking.computed.get() - before, "one prompt but for its system part, and two last tokens");
            assertArrayEquals(wanted, asking.ask(30, SYSTEM, DOG, WHAT).ids());
        }
    }

    @Test
    void theLongestUnusedGoesFirstAndTheBoundHolds() {
        try (Asking asking = new Asking(Goldens.tinyModel(), 8, Asking.limits(64, true, new PrefixReuse(2, 100_000, 4)), Long.MAX_VALUE)) {
            Object[][] texts = {{Asking.text(11, 40)}, {Asking.text(12, 40)}, {Asking.text(13, 40)}};
            asking.ask(2, texts[0]);
            asking.ask(2, texts[1]);
            assertEquals(39, asking.ask(2, texts[0]).end().cachedTokens());
            asking.ask(2, texts[2]); // Only two stay: the second was used before the first.
            assertEquals(39, asking.ask(2, texts[0]).end().cachedTokens());
            assertEquals(0, asking.ask(2, texts[1]).end().cachedTokens());
        }
    }

    @Test
    void aLongPromptTakesTheRoomOfWhatIsHeld() {
        try (Asking asking = new Asking(Goldens.tinyModel(), 8, Asking.limits(64, true, new PrefixReuse(256, 100, 4)), Long.MAX_VALUE)) {
            Object[] first = {Asking.text(11, 40)};
            Object[] second = {Asking.text(12, 40)};
            asking.ask(2, first);
            asking.ask(2, second);
            assertEquals(39, asking.ask(2, first).end().cachedTokens());
            asking.ask(2, Asking.text(13, 60)); // Two rows of sixty are more than a hundred: the longest unused goes, and the new one moves into its place.
            assertEquals(39, asking.ask(2, first).end().cachedTokens());
            assertEquals(0, asking.ask(2, second).end().cachedTokens());
        }
    }
}
