package io.tesserae.llm.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Metrics;
import io.tesserae.llm.Goldens;
import io.tesserae.llm.sampling.SamplingOptions;
import io.tesserae.llm.scheduler.Asking.Picture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where memory or slots do not do for all: who goes on, who waits, and that nothing of an answer is lost. */
@Timeout(120)
class PreemptionTest {

    private static final PrefixReuse ON = new PrefixReuse(256, 100_000, 4);

    enum Cache { ON, OFF }

    private static PrefixReuse reuse(Cache cache) {
        return cache == Cache.ON ? ON : PrefixReuse.NONE;
    }

    private static Asking open(int rows, boolean preemption, PrefixReuse reuse, int tokens) {
        Asking unbounded = new Asking(Goldens.tinyModel(), 1, Asking.limits(32, true, reuse), Long.MAX_VALUE);
        long bytes = tokens * unbounded.shape.kvBytesPerToken();
        unbounded.close();
        return new Asking(Goldens.tinyModel(), rows, Asking.limits(32, preemption, reuse), bytes);
    }

    private static Object[] question(int number) {
        return new Object[] {Asking.text(number, 20 + 7 * number), new Picture(number, 3, 4, true), Asking.text(50 + number, 9)};
    }

    @ParameterizedTest
    @EnumSource(Cache.class)
    void answersThatOutgrowTheMemoryWaitAndGoOn(Cache cache) {
        SamplingOptions[] ways = {SamplingOptions.GREEDY, Asking.SEEDED};
        List<long[]> alone = new ArrayList<>();
        try (Asking asking = open(1, true, PrefixReuse.NONE, 600)) {
            for (int i = 0; i < 8; i++) {
                alone.add(asking.send(0, 150, ways[i % 2], question(i)).await().ids());
            }
        }
        // Room for four prompts, but not for two whole answers beside each other.
        try (Asking asking = open(4, true, reuse(cache), 400)) {
            List<Recorder> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(asking.send(0, 150, ways[i % 2], question(i)));
            }
            for (int i = 0; i < 8; i++) {
                assertArrayEquals(alone.get(i), answers.get(i).await().ids(), "answer " + i);
            }
            assertTrue(asking.count(Metrics.PREEMPTIONS) > 0, "nobody had to wait");
            assertEquals(8, asking.count(Metrics.FINISHES));
        }
    }

    @Test
    void withoutPreemptionTheLastIsRefused() {
        try (Asking asking = open(4, false, ON, 400)) {
            List<Recorder> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                answers.add(asking.send(0, 150, SamplingOptions.GREEDY, question(i)));
            }
            assertEquals(150, answers.get(0).await().ids().length);
            assertEquals(Reason.KV_CACHE_FULL, answers.get(3).awaitFailure().reason());
            assertEquals(0, asking.count(Metrics.PREEMPTIONS));
        }
    }

    @Test
    void whatFitsNowhereIsRefusedAloneAndOthersGoOn() {
        try (Asking asking = open(2, true, ON, 300)) {
            Recorder endless = asking.send(0, 400, SamplingOptions.GREEDY, question(1));
            Recorder usual = asking.send(0, 100, SamplingOptions.GREEDY, question(2));
            assertEquals(100, usual.await().ids().length);
            assertEquals(Reason.KV_CACHE_FULL, endless.awaitFailure().reason());
            Recorder vast = asking.send(0, 5, SamplingOptions.GREEDY, Asking.text(9, 350));
            assertEquals(Reason.KV_CACHE_FULL, vast.awaitFailure().reason());
            assertEquals(40, asking.ask(40, question(3)).ids().length);
        }
    }

    @ParameterizedTest
    @EnumSource(Cache.class)
    void theUrgentTakeTheSlotOfThoseThatCanWait(Cache cache) {
        try (Asking asking = new Asking(Goldens.tinyModel(), 2, Asking.limits(32, true, reuse(cache)), Long.MAX_VALUE)) {
            long[] wanted = asking.ask(300, question(1)).ids();
            Recorder patient = asking.send(5, 300, SamplingOptions.GREEDY, question(1));
            Recorder usual = asking.send(0, 300, SamplingOptions.GREEDY, question(2));
            patient.awaitTokens(20);
            usual.awaitTokens(1);
            Recorder urgent = asking.send(-1, 20, SamplingOptions.GREEDY, question(3));
            assertEquals(20, urgent.await().ids().length);
            assertTrue(patient.end() == null, "the patient one was done before the urgent one");
            assertArrayEquals(wanted, patient.await().ids());
            assertEquals(300, usual.await().ids().length);
            assertEquals(1, asking.count(Metrics.PREEMPTIONS));
        }
    }

    @Test
    void equalsDoNotTakeEachOthersSlots() {
        try (Asking asking = new Asking(Goldens.tinyModel(), 1, Asking.limits(32, true, ON), Long.MAX_VALUE)) {
            List<Recorder> answers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                answers.add(asking.send(3, 30, SamplingOptions.GREEDY, question(i)));
            }
            for (int i = 1; i < 6; i++) {
                assertTrue(answers.get(i - 1).await().endedAt() < answers.get(i).await().endedAt(), "first come, first served");
            }
            assertEquals(0, asking.count(Metrics.PREEMPTIONS));
        }
    }
}
