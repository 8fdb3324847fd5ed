package io.tesserae.llm.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Metrics;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.llm.Goldens;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.decoder.EmbeddingTable;
import io.tesserae.llm.remote.EchoBrain;
import io.tesserae.llm.remote.RemoteBrain;
import io.tesserae.llm.remote.RemoteRequest;
import io.tesserae.llm.sampling.SamplingOptions;
import io.tesserae.llm.text.Prompt;
import io.tesserae.llm.text.Tokenizer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class RemoteEngineTest {

    private static final long[] PROMPT = {11, 12, 13};

    private final ModelFolder folder = Goldens.tinyModel();
    private final BrainShape shape = BrainShape.of(folder.manifest().llm(), 0);
    private final Tokenizer tokenizer = Tokenizer.open(folder);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EchoBrain brain = new EchoBrain();
    private final List<Boolean> reach = new CopyOnWriteArrayList<>();
    private RemoteEngine engine;

    private RemoteEngine start(int places, int queue, Duration embeddings) {
        return start(brain, places, queue, embeddings);
    }

    private RemoteEngine start(RemoteBrain elsewhere, int places, int queue, Duration embeddings) {
        Limits limits = new Limits(64, 64, 2.5, queue, true, embeddings, Duration.ofSeconds(20), new PrefixReuse(0, 100_000, 4), PromptLookup.OFF);
        engine = new RemoteEngine(elsewhere, EmbeddingTable.open(folder, shape, OnnxOptions.defaults().withThreads(1)), shape, places, limits, registry, "test",
                reach::add);
        return engine;
    }

    @AfterEach
    void close() {
        engine.close();
        tokenizer.close();
    }

    /** A request with its defaults. */
    private final class Asked {

        Prompt prompt = new Prompt(PROMPT, List.of());
        long[] generated = {};
        SamplingOptions sampling = SamplingOptions.GREEDY;
        int most = 5;
        List<String> stops = List.of();
        int priority;
        final Recorder answer = new Recorder();

        Sequence sequence() {
            return new Sequence(new GenerationRequest("test", prompt, generated, sampling, -1, most, Set.of(), stops, priority, 0, System.nanoTime()), answer,
                    tokenizer, shape.vocabulary());
        }

        Recorder submit() {
            engine.submit(sequence());
            return answer;
        }
    }

    private static void until(BooleanSupplier condition, String complaint) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, complaint);
            Thread.onSpinWait();
        }
    }

    @Test
    void answersAreThoseOfTransformersWhereverTheBrainIs() {
        start(new NaiveRemoteBrain(folder), 4, 50, Duration.ofSeconds(20));
        for (JsonNode golden : Goldens.json("golden/generate.json").path("cases")) {
            Asked asked = new Asked();
            asked.prompt = prompt(golden);
            asked.most = 64;
            Sequence sequence = asked.sequence();
            engine.submit(sequence);
            for (int slot = asked.prompt.slots().size() - 1; slot >= 0; slot--) {
                byte[] bytes = Base64.getDecoder().decode(golden.path("embeddings").get(slot).asText());
                sequence.offer(slot, new SlotTensors(
                        new Tensor(ElementKind.FLOAT32, new long[] {bytes.length / 4 / shape.hidden(), shape.hidden()}, ByteBuffer.wrap(bytes)), List.of()));
                engine.wake(sequence);
            }
            Recorder answer = asked.answer.await();
            assertArrayEquals(Goldens.longs(golden.path("answer_ids")), answer.ids(), golden.path("parts")::toString);
            assertEquals(golden.path("answer").asText(), answer.text());
            assertEquals(AnswerEnd.Reason.LENGTH, answer.end().reason());
            assertEquals(golden.path("prompt_ids").size(), answer.end().promptTokens());
            assertTrue(answer.end().times().prefill() > 0 && answer.end().times().firstToken() > 0, answer.end()::toString);
        }
    }

    private Prompt prompt(JsonNode golden) {
        long[] ids = Goldens.longs(golden.path("prompt_ids"));
        List<Prompt.Slot> slots = new ArrayList<>();
        int at = 0;
        for (JsonNode part : golden.path("parts")) {
            if (part.isInt()) {
                while (ids[at] != folder.manifest().llm().imageTokenId()) {
                    at++;
                }
                slots.add(new Prompt.Slot(slots.size(), at, part.asInt(), new byte[0]));
                at += part.asInt();
            }
        }
        return new Prompt(ids, slots);
    }

    @Test
    void embeddingsThatDoNotComeEndTheWait() {
        start(1, 50, Duration.ofMillis(300));
        Asked asked = new Asked();
        asked.prompt = new Prompt(PROMPT, List.of(new Prompt.Slot(0, 1, 1, new byte[0])));
        Failure failure = asked.submit().awaitFailure();
        assertEquals(Reason.DEADLINE_EXCEEDED, failure.reason());
        assertEquals("embeddings[0]", failure.field().orElseThrow());
        assertEquals(0, brain.begun());
    }

    @Test
    void aStopStringStopsTheEngine() {
        start(1, 50, Duration.ofSeconds(20));
        Asked asked = new Asked();
        asked.prompt = new Prompt(tokenizer.encode("one two three four", false), List.of());
        asked.most = 100;
        asked.stops = List.of("three");
        Recorder answer = asked.submit().await();
        assertEquals("one two ", answer.text());
        assertEquals("three", answer.end().stop());
        until(() -> brain.running() == 0, "the engine went on");
    }

    @Test
    void aCallerThatLeavesStopsTheEngine() {
        brain.holdAfter(2);
        start(1, 50, Duration.ofSeconds(20));
        Asked asked = new Asked();
        Sequence sequence = asked.sequence();
        engine.submit(sequence);
        asked.answer.awaitTokens(2);
        sequence.cancel();
        engine.wake(sequence);
        assertEquals(Reason.CANCELLED, asked.answer.awaitFailure().reason());
        until(() -> brain.running() == 0, "the engine went on");
        brain.holdAfter(Integer.MAX_VALUE);
        assertArrayEquals(new long[] {11, 12, 13, 11, 12}, new Asked().submit().await().ids());
    }

    @Test
    void anAnswerThatIsLostGoesOnBehindWhatWasGenerated() {
        brain.holdAfter(2);
        start(1, 50, Duration.ofSeconds(20));
        Asked asked = new Asked();
        asked.sampling = new SamplingOptions(1, 1, 0, 0, 1, 0, 0, 100, new int[0], new float[0]);
        Recorder answer = asked.submit();
        answer.awaitTokens(2);
        brain.lose();
        answer.awaitTokens(4);
        RemoteRequest rest = brain.requests.get(1);
        assertArrayEquals(new long[] {11, 12}, rest.generated());
        assertEquals(3, rest.maxTokens());
        assertEquals(5, rest.embeddings().extent(0));
        assertEquals(102, rest.sampling().seed());
        brain.holdAfter(Integer.MAX_VALUE);
        assertArrayEquals(new long[] {11, 12, 13, 11, 12}, answer.await().ids());
        assertEquals(1, registry.get(Metrics.FAILOVERS).counter().count());
    }

    @Test
    void anEngineThatLosesEveryBeginningIsGivenUp() {
        brain.holdAfter(0);
        start(1, 50, Duration.ofSeconds(20));
        Recorder answer = new Asked().submit();
        for (int attempt = 1; attempt <= 3; attempt++) {
            int wanted = attempt;
            until(() -> brain.begun() == wanted && brain.running() == 1, "it was not begun again");
            brain.lose();
        }
        assertEquals(Reason.STAGE_UNAVAILABLE, answer.awaitFailure().reason());
        assertEquals(3, brain.begun());
    }

    @Test
    void anEngineOutOfReachIsToldAndRefusesAtOnce() {
        brain.holdAfter(1);
        start(1, 50, Duration.ofSeconds(20));
        until(() -> reach.equals(List.of(true)), "it was not said to be in reach");
        Recorder running = new Asked().submit();
        running.awaitTokens(1);
        brain.up(false);
        assertEquals(Reason.STAGE_UNAVAILABLE, running.awaitFailure().reason());
        assertEquals(Reason.STAGE_UNAVAILABLE, assertThrows(Failure.class, engine::requireRoom).reason());
        assertEquals(Reason.STAGE_UNAVAILABLE, assertThrows(Failure.class, new Asked()::submit).reason());
        assertFalse(engine.accepting());
        until(() -> reach.equals(List.of(true, false)), "it was not said to be lost");
        brain.up(true);
        until(() -> reach.equals(List.of(true, false, true)), "it was not said to be back");
        brain.holdAfter(Integer.MAX_VALUE);
        new Asked().submit().await();
    }

    @Test
    void theMoreUrgentGoesFirstAndTheQueueIsBounded() {
        brain.holdAfter(1);
        start(1, 2, Duration.ofSeconds(20));
        Recorder first = new Asked().submit();
        first.awaitTokens(1);
        Asked patient = new Asked();
        patient.priority = 5;
        Recorder last = patient.submit();
        Asked urgent = new Asked();
        urgent.priority = -1;
        urgent.prompt = new Prompt(new long[] {40}, List.of());
        Recorder next = urgent.submit();
        assertEquals(Reason.QUEUE_FULL, assertThrows(Failure.class, engine::requireRoom).reason());
        assertEquals(1, brain.begun());
        until(() -> engine.wantPlaces() == 2, "they did not ask for a place");
        brain.holdAfter(Integer.MAX_VALUE);
        first.await();
        next.await();
        last.await();
        assertEquals(List.of(0, -1, 5), brain.requests.stream().map(RemoteRequest::priority).toList());
        assertEquals(3, registry.get(Metrics.FINISHES).counter().count());
        assertEquals(15, registry.get(Metrics.GENERATED_TOKENS).counter().count());
    }

    @Test
    void whatTheEngineCannotDoIsRefusedByName() {
        start(1, 50, Duration.ofSeconds(20));
        Asked asked = new Asked();
        asked.sampling = new SamplingOptions(1, 1, 0, 0, 1.5f, 0, 0, 0, new int[0], new float[0]);
        Failure refused = assertThrows(Failure.class, asked::submit);
        assertEquals(Reason.UNSUPPORTED_FIELD, refused.reason());
        assertEquals("start.sampling.repetition_penalty", refused.field().orElseThrow());
    }

    @Test
    void anAnswerThatWasWholeAlreadyIsFinished() {
        start(1, 50, Duration.ofSeconds(20));
        Asked asked = new Asked();
        asked.generated = new long[] {1, 2, 3, 4, 5};
        assertEquals(AnswerEnd.Reason.LENGTH, asked.submit().await().end().reason());
        assertEquals(0, brain.begun());
    }

    @Test
    void closingEndsWhatRunsAndWhatWaits() {
        brain.holdAfter(1);
        start(1, 50, Duration.ofSeconds(20));
        Recorder running = new Asked().submit();
        running.awaitTokens(1);
        Recorder waiting = new Asked().submit();
        engine.close();
        assertEquals(Reason.STAGE_UNAVAILABLE, running.awaitFailure().reason());
        assertEquals(Reason.STAGE_UNAVAILABLE, waiting.awaitFailure().reason());
    }

    @Test
    void nothingIsLostWhereCallersComeAndGoAndServersDie() {
        start(8, 1000, Duration.ofSeconds(20));
        Random random = new Random(5);
        List<Recorder> answers = new ArrayList<>();
        List<Sequence> leaving = new ArrayList<>();
        IntStream.range(0, 400).forEach(i -> {
            Asked asked = new Asked();
            asked.most = 1 + random.nextInt(50);
            asked.priority = random.nextInt(3);
            Sequence sequence = asked.sequence();
            engine.submit(sequence);
            answers.add(asked.answer);
            if (random.nextInt(4) == 0) {
                leaving.add(sequence);
            }
            if (random.nextInt(20) == 0) {
                brain.lose();
            }
            if (random.nextInt(3) == 0 && !leaving.isEmpty()) {
                Sequence left = leaving.remove(leaving.size() - 1);
                left.cancel();
                engine.wake(left);
            }
        });
        int finished = 0;
        for (Recorder answer : answers) {
            try {
                long[] ids = answer.await().ids();
                assertArrayEquals(IntStream.range(0, ids.length).mapToLong(i -> PROMPT[i % 3]).toArray(), ids);
                finished++;
            } catch (AssertionError failed) {
                assertTrue(Set.of(Reason.CANCELLED, Reason.STAGE_UNAVAILABLE).contains(answer.awaitFailure().reason()), failed::toString);
            }
        }
        assertTrue(finished > 200, finished + " of 400 were finished");
        until(() -> brain.running() == 0, "the engine went on: " + brain.running());
        engine.drain(Duration.ofSeconds(20));
        until(() -> registry.get(Metrics.REQUESTS_RUNNING).gauge().value() == 0 && registry.get(Metrics.REQUESTS_WAITING).gauge().value() == 0, "somebody was kept");
    }
}
