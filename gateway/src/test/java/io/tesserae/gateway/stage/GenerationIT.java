package io.tesserae.gateway.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tesserae.contract.channel.ReplicaCalls;
import io.tesserae.contract.channel.Route;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.gateway.TokenLogprob;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.TestErrands;
import io.tesserae.gateway.errand.Timers;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.Sampling;
import io.tesserae.llm.v1.Stopping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An answer whose brains die, refuse and break. */
class GenerationIT {

    private static final long KIN = 4711;
    private static final int TOKENS = 12;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Timers timers = TestErrands.timers();
    private final Errand errand = TestErrands.lasting(30);
    private Brains brains;
    private ManagedChannel channel;
    private StageLink link;

    @BeforeEach
    void start() throws Exception {
        brains = new Brains(2);
        channel = StageChannels.open(brains.list());
        ReplicaCalls calls = new ReplicaCalls(channel, Duration.ofSeconds(1), 0, timers.clock(), new ReplicaCalls.Count() {
            @Override
            public void retried() {
                registry.counter("retries").increment();
            }

            @Override
            public void hedged() {
                throw new AssertionError("an answer is not given twice");
            }
        });
        link = new StageLink(RemoteStage.LLM, channel, true, calls, Duration.ofSeconds(1), registry.counter("failovers"));
        // Finds out which of the two has this answer's kin, once both are connected.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (brains.all.stream().anyMatch(brain -> brain.starts.isEmpty()) && System.nanoTime() < end) {
            new Answer(0, 1, Route.anywhere(), memory("1M")).whole();
        }
        brains.all.forEach(brain -> brain.starts.clear());
        new Answer(0, 1, Route.near(KIN), memory("1M")).whole();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        brains.close();
    }

    @Test
    void goesOnWhereItsBrainDied() throws Exception {
        Brains.One first = brains.asked();
        Brains.One second = brains.other();
        first.diesAt = 5;
        Answer answer = answer(2);
        assertEquals(all(), answer.whole());
        assertEquals("0 1 2 3 4 5 6 7 8 9 10 11 ", answer.text.toString());
        GenerateStart again = second.starts.get(0);
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L), again.getGeneratedIdsList());
        assertEquals(first.starts.get(1), again.toBuilder().clearGeneratedIds().build(), "the same prompt, sampling and seed");
        assertEquals(List.of(0, 1), second.slots, "what there is to see was sent again");
        assertEquals(1, registry.counter("failovers").count());
    }

    @Test
    void goesOnAsOftenAsItMust() throws Exception {
        Brains.One first = brains.asked();
        brains.other().diesAt = 8;
        first.diesAt = 3;
        Answer answer = answer(0);
        Thread.sleep(50);
        brains.replace(first);
        assertEquals(all(), answer.whole());
    }

    @Test
    void whatComesWhileNobodyListensIsSentToWhoeverIsNext() throws Exception {
        Brains.One first = brains.asked();
        Answer answer = new Answer(3, TOKENS, Route.near(KIN), memory("1M"));
        answer.see(1);
        first.dies();
        answer.see(0);
        answer.see(2);
        assertEquals(all(), answer.whole());
        assertEquals(3, brains.other().slots.size());
        assertEquals(0, registry.counter("failovers").count(), "nothing had been said");
    }

    @Test
    void aFullBrainIsLeftForAnother() throws Exception {
        Brains.One second = brains.other();
        brains.asked().refuses = Reason.QUEUE_FULL;
        assertEquals(all(), answer(1).whole());
        second.refuses = Reason.QUEUE_FULL;
        assertEquals(Reason.QUEUE_FULL, answer(1).failure().reason());
    }

    @Test
    void anAnswerThatSomebodyReadsWaitsForAFullBrain() throws Exception {
        Brains.One second = brains.other();
        brains.asked().diesAt = 4;
        second.refuses = Reason.QUEUE_FULL;
        Answer answer = answer(1);
        Thread.sleep(1500);
        second.refuses = null;
        assertEquals(all(), answer.whole());
    }

    @Test
    void anotherRevisionIsNoPlaceToGoOn() throws Exception {
        brains.asked().diesAt = 4;
        brains.other().refuses = Reason.REVISION_MISMATCH;
        assertEquals(Reason.REVISION_MISMATCH, answer(0).failure().reason());
    }

    @Test
    void aFailureThatTheBrainExplainsIsNotTriedElsewhere() throws Exception {
        brains.asked().breaks = true;
        assertEquals(Reason.INTERNAL, answer(0).failure().reason());
        assertTrue(brains.other().starts.isEmpty());
    }

    @Test
    void withoutABrainItEndsWhenPatienceDoes() throws Exception {
        brains.asked().diesAt = 4;
        brains.other().dies();
        Answer answer = answer(0);
        assertEquals(Reason.STAGE_UNAVAILABLE, answer.failure().reason());
        assertEquals(4, answer.ids.size());
    }

    @Test
    void whatFoundNoRoomToBeKeptEndsWithItsBrain() throws Exception {
        brains.asked().diesAt = 4;
        Answer answer = new Answer(1, TOKENS, Route.near(KIN), memory("8"));
        answer.see(0);
        assertEquals(Reason.STAGE_UNAVAILABLE, answer.failure().reason());
        assertTrue(brains.other().starts.isEmpty());
    }

    @Test
    void nothingIsKeptOnceItsAnswersHaveEnded() throws Exception {
        HandoverMemory memory = memory("1M");
        Answer answer = new Answer(2, TOKENS, Route.near(KIN), memory);
        answer.see(0);
        answer.see(1);
        assertEquals(all(), answer.whole());
        assertNotEquals(0, registry.get("tesserae.handover.bytes").gauge().value());
        answer.sent.release();
        assertEquals(0, registry.get("tesserae.handover.bytes").gauge().value());
    }

    private static List<Long> all() {
        return LongStream.range(0, TOKENS).boxed().toList();
    }

    private Answer answer(int slots) {
        Answer answer = new Answer(slots, TOKENS, Route.near(KIN), memory("1M"));
        for (int slot = 0; slot < slots; slot++) {
            answer.see(slot);
        }
        return answer;
    }

    private HandoverMemory memory(String size) {
        registry.getMeters().stream().filter(meter -> meter.getId().getName().equals("tesserae.handover.bytes")).forEach(registry::remove);
        return new HandoverMemory(new SmallRyeConfigBuilder()
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .withConverter(Duration.class, 200, new io.quarkus.runtime.configuration.DurationConverter())
                .withSources(new PropertiesConfigSource(Map.of("tesserae.gateway.handover-memory", size), "test", 100))
                .withMapping(GatewayConfig.class).build().getConfigMapping(GatewayConfig.class), registry);
    }

    /** One answer and what came of it. */
    private final class Answer implements GenerateListener {

        private final CompletableFuture<Generated> end = new CompletableFuture<>();
        private final List<Long> ids = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        private final SentEmbeddings sent;
        private final Generation generation;

        Answer(int slots, int tokens, Route route, HandoverMemory memory) {
            sent = memory.share();
            GenerateStart start = GenerateStart.newBuilder().setSampling(Sampling.newBuilder().setSeed(99))
                    .setStopping(Stopping.newBuilder().setMaxTokens(tokens)).build();
            generation = new Generation(link, timers, start, route, true, errand, this, sent, slots, UnaryOperator.identity());
            generation.begin();
        }

        void see(int slot) {
            EyeOutput.Embeddings embeddings = new EyeOutput.Embeddings(Tensor.ofFloats(new float[] {slot, 0, 0, 0}, 1, 4), List.of());
            sent.keep(slot, embeddings);
            generation.send(slot, embeddings);
        }

        List<Long> whole() throws Exception {
            end.get(20, TimeUnit.SECONDS);
            return ids;
        }

        Failure failure() throws Exception {
            try {
                end.get(20, TimeUnit.SECONDS);
                throw new AssertionError("it was answered");
            } catch (ExecutionException failed) {
                return Failure.from(failed);
            }
        }

        @Override
        public void tokens(String said, List<Long> newIds, List<TokenLogprob> logprobs) {
            text.append(said);
            ids.addAll(newIds);
        }

        @Override
        public void whenReady(Runnable next) {
            next.run();
        }

        @Override
        public void finish(Generated generated) {
            end.complete(generated);
        }

        @Override
        public void fail(Failure failure) {
            end.completeExceptionally(failure);
        }
    }
}
