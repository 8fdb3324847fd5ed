package io.tesserae.llm.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
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
import io.tesserae.llm.decoder.Brain;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.decoder.OnnxBrain;
import io.tesserae.llm.sampling.SamplingOptions;
import io.tesserae.llm.text.Prompt;
import io.tesserae.llm.text.Tokenizer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EngineTest {

    private final ModelFolder folder = Goldens.tinyModel();
    private final BrainShape shape = BrainShape.of(folder.manifest().llm(), 0);
    private final Tokenizer tokenizer = Tokenizer.open(folder);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Engine engine;

    private Engine start(int rows, int chunk, int queue) {
        return start(rows, limits(chunk, Math.max(1, chunk / 2), queue, Duration.ofSeconds(20), Duration.ofSeconds(20)));
    }

    private static Limits limits(int chunk, int beside, int queue, Duration embeddings, Duration idle) {
        return new Limits(chunk, beside, 2.5, queue, true, embeddings, idle, new PrefixReuse(256, 100_000, 4), PromptLookup.OFF);
    }

    private Engine start(int rows, Limits limits) {
        return start(OnnxBrain.open(folder, shape, rows, limits.chunk(), OnnxOptions.defaults().withThreads(1)), limits);
    }

    private Engine start(Brain brain, Limits limits) {
        engine = new Engine(brain, limits, registry, "tiny");
        return engine;
    }

    @AfterEach
    void stop() {
        engine.close();
        tokenizer.close();
    }

    private Request request(long... prompt) {
        return new Request(new Prompt(prompt, List.of()));
    }

    /** A request in the making, and its answer. */
    private final class Request {

        private final Prompt prompt;
        private SamplingOptions sampling = SamplingOptions.GREEDY;
        private long[] generated = {};
        private int most = 64;
        private int alternatives = -1;
        private Set<Long> ends = Set.of();
        private List<String> stops = List.of();
        private int priority;
        final Recorder answer = new Recorder();

        Request(Prompt prompt) {
            this.prompt = prompt;
        }

        Sequence sequence() {
            return new Sequence(new GenerationRequest("test", prompt, generated, sampling, alternatives, most, ends, stops, priority, 0,
                    System.nanoTime()), answer, tokenizer, shape.vocabulary());
        }

        Recorder run() {
            engine.submit(sequence());
            return answer.await();
        }
    }

    private static Prompt prompt(JsonNode golden) {
        long[] ids = Goldens.longs(golden.path("prompt_ids"));
        List<Prompt.Slot> slots = new ArrayList<>();
        long image = Goldens.tinyModel().manifest().llm().imageTokenId();
        int at = 0;
        for (JsonNode part : golden.path("parts")) {
            if (part.isInt()) {
                while (ids[at] != image) {
                    at++;
                }
                slots.add(new Prompt.Slot(slots.size(), at, part.asInt(), new byte[0]));
                at += part.asInt();
            }
        }
        return new Prompt(ids, slots);
    }

    private Tensor embeddings(JsonNode golden, int slot) {
        byte[] bytes = Base64.getDecoder().decode(golden.path("embeddings").get(slot).asText());
        return new Tensor(ElementKind.FLOAT32, new long[] {bytes.length / 4 / shape.hidden(), shape.hidden()}, ByteBuffer.wrap(bytes));
    }

    private static List<JsonNode> goldens() {
        List<JsonNode> cases = new ArrayList<>();
        Goldens.json("golden/generate.json").path("cases").forEach(cases::add);
        return cases;
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 16, 1})
    void answersAreThoseOfTransformersWhateverTheChunk(int chunk) {
        start(2, chunk, 50);
        for (JsonNode golden : goldens()) {
            Request request = new Request(prompt(golden));
            Sequence sequence = request.sequence();
            for (int slot = 0; slot < request.prompt.slots().size(); slot++) {
                sequence.offer(slot, new SlotTensors(embeddings(golden, slot), List.of()));
            }
            engine.submit(sequence);
            Recorder answer = request.answer.await();
            assertArrayEquals(Goldens.longs(golden.path("answer_ids")), answer.ids(), golden.path("parts")::toString);
            assertEquals(golden.path("answer").asText(), answer.text());
            assertEquals(AnswerEnd.Reason.LENGTH, answer.end().reason());
            assertEquals(64, answer.end().generatedTokens());
            assertEquals(golden.path("prompt_ids").size(), answer.end().promptTokens());
        }
    }

    @Test
    void answersTogetherAreThoseAlone() {
        start(4, 16, 100);
        List<Request> requests = new ArrayList<>();
        List<JsonNode> wanted = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            for (JsonNode golden : goldens()) {
                Request request = new Request(prompt(golden));
                Sequence sequence = request.sequence();
                engine.submit(sequence);
                for (int slot = request.prompt.slots().size() - 1; slot >= 0; slot--) { // Last slot first.
                    sequence.offer(slot, new SlotTensors(embeddings(golden, slot), List.of()));
                    engine.wake();
                }
                requests.add(request);
                wanted.add(golden);
            }
        }
        for (int i = 0; i < requests.size(); i++) {
            assertArrayEquals(Goldens.longs(wanted.get(i).path("answer_ids")), requests.get(i).answer.await().ids());
        }
        assertTrue(registry.get(Metrics.BATCH_SIZE).summary().max() > 1, "nothing was decoded together");
        assertEquals(4 * goldens().size(), (int) registry.get(Metrics.FINISHES).counter().count());
    }

    @Test
    void sampledAnswersDoNotDependOnWhoRunsBeside() {
        start(4, 64, 100);
        SamplingOptions seeded = new SamplingOptions(0.9f, 0.95f, 50, 0, 1.1f, 0.1f, 0.2f, 77, new int[0], new float[0]);
        Request alone = request(0, 40, 41);
        alone.sampling = seeded;
        long[] wanted = alone.run().ids();
        List<Request> crowd = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Request request = i % 3 == 0 ? request(0, 40, 41) : request(new Random(i).longs(1 + i * 9, 4, 300).toArray());
            request.sampling = seeded;
            request.most = 64 - (i % 3) * 20;
            engine.submit(request.sequence());
            crowd.add(request);
        }
        for (int i = 0; i < crowd.size(); i++) {
            long[] ids = crowd.get(i).answer.await().ids();
            if (i % 3 == 0) {
                assertArrayEquals(wanted, ids);
            }
        }
    }

    @Test
    void anAnswerIsContinuedAsIfItHadNotBeenInterrupted() {
        start(2, 64, 10);
        for (SamplingOptions sampling : List.of(SamplingOptions.GREEDY,
                new SamplingOptions(1.2f, 0.9f, 0, 0, 1.2f, 0.5f, 0, 5, new int[0], new float[0]))) {
            Request whole = request(0, 50, 60);
            whole.sampling = sampling;
            whole.stops = List.of("never there");
            Recorder all = whole.run();
            for (int cut : new int[] {1, 17, 63, 64}) {
                Request rest = request(0, 50, 60);
                rest.sampling = sampling;
                rest.stops = List.of("never there");
                rest.generated = Arrays.copyOf(all.ids(), cut);
                Recorder continued = rest.run();
                assertArrayEquals(Arrays.copyOfRange(all.ids(), cut, 64), continued.ids());
                assertEquals(all.textFrom(cut), continued.text());
                assertEquals(64, continued.end().generatedTokens());
            }
        }
    }

    @Test
    void endsAtEndTokensAndStopStrings() {
        start(2, 64, 10);
        JsonNode golden = goldens().get(0);
        long[] ids = Goldens.longs(golden.path("answer_ids"));
        Request atToken = new Request(prompt(golden));
        int end = 10; // A token that did not come before.
        while (Arrays.stream(ids, 0, end).anyMatch(Set.of(ids[end])::contains)) {
            end++;
        }
        atToken.ends = Set.of(ids[end]);
        Recorder answer = atToken.run();
        assertEquals(AnswerEnd.Reason.STOP, answer.end().reason());
        assertEquals(end + 1, answer.ids().length);
        assertEquals("", answer.end().stop());

        String whole = golden.path("answer").asText();
        String stop = whole.substring(20, 24);
        Request atString = new Request(prompt(golden));
        atString.stops = List.of("not in it", stop);
        answer = atString.run();
        assertEquals(AnswerEnd.Reason.STOP, answer.end().reason());
        assertEquals(stop, answer.end().stop());
        assertEquals(whole.substring(0, whole.indexOf(stop)), answer.text());
        assertTrue(answer.end().generatedTokens() < 64);
    }

    @Test
    void reportsLogprobsOfTheModel() {
        start(1, 64, 10);
        JsonNode golden = goldens().get(0);
        Request request = new Request(prompt(golden));
        request.alternatives = 3;
        request.most = 1;
        Recorder answer = request.run();
        double total = 0;
        for (JsonNode logit : golden.path("first_logits")) {
            total += Math.exp(logit.asDouble());
        }
        double wanted = golden.path("first_logits").get((int) answer.ids()[0]).asDouble() - Math.log(total);
        assertEquals(wanted, answer.logprobs().get(0).chosen(), 1e-3);
        assertEquals(3, answer.logprobs().get(0).ids().length);
        assertEquals(answer.ids()[0], answer.logprobs().get(0).ids()[0]);
    }

    @Test
    void whoWaitsForItsPictureHoldsNobodyUp() {
        start(4, 64, 50);
        List<Request> waiting = new ArrayList<>();
        List<Sequence> sequences = new ArrayList<>();
        JsonNode golden = goldens().get(7);
        for (int i = 0; i < 10; i++) {
            Request request = new Request(prompt(golden));
            waiting.add(request);
            sequences.add(request.sequence());
            engine.submit(sequences.get(i));
        }
        for (int i = 0; i < 6; i++) {
            assertEquals(64, request(0, 5, 6).run().ids().length);
        }
        for (Sequence sequence : sequences) {
            for (int slot = 0; slot < 3; slot++) {
                sequence.offer(slot, new SlotTensors(embeddings(golden, slot), List.of()));
            }
        }
        engine.wake();
        for (Request request : waiting) {
            assertArrayEquals(Goldens.longs(golden.path("answer_ids")), request.answer.await().ids());
        }
    }

    @Test
    void aPictureThatNeverComesIsGivenUp() {
        start(1, limits(64, 32, 10, Duration.ofMillis(200), Duration.ofSeconds(20)));
        Request request = new Request(prompt(goldens().get(6)));
        engine.submit(request.sequence());
        Failure failure = request.answer.awaitFailure();
        assertEquals(Reason.DEADLINE_EXCEEDED, failure.reason());
        assertEquals("embeddings[0]", failure.field().orElseThrow());
        assertEquals(64, request(0, 5).run().ids().length);
    }

    @Test
    void cancellingFreesTheSlotAtOnce() {
        start(1, 64, 10);
        Request endless = request(0, 5);
        endless.most = 500;
        Sequence sequence = endless.sequence();
        engine.submit(sequence);
        endless.answer.awaitTokens(3);
        Request next = request(0, 6);
        engine.submit(next.sequence());
        sequence.cancel();
        engine.wake();
        assertEquals(64, next.answer.await().ids().length);
        assertEquals(Reason.CANCELLED, endless.answer.awaitFailure().reason());
        assertTrue(endless.answer.ids().length < 500);
    }

    @Test
    void lowerPriorityGoesFirst() {
        start(1, 64, 10);
        Request running = request(0, 5);
        running.most = 300;
        engine.submit(running.sequence());
        running.answer.awaitTokens(1);
        Request usual = request(0, 6);
        Request urgent = request(0, 7);
        urgent.priority = -5;
        engine.submit(usual.sequence());
        engine.submit(urgent.sequence());
        usual.answer.await();
        assertTrue(urgent.answer.await().endedAt() < usual.answer.endedAt());
    }

    @Test
    void aFullQueueRefusesAndNothingIsLost() {
        start(2, 64, 5);
        List<Request> taken = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 200; i++) {
            Request request = request(0, 5 + i % 50);
            request.most = 30;
            try {
                engine.requireRoom();
                engine.submit(request.sequence());
                taken.add(request);
            } catch (Failure full) {
                assertEquals(Reason.QUEUE_FULL, full.reason());
                assertTrue(full.retryAfterSeconds() >= 1);
                refused++;
            }
        }
        for (Request request : taken) {
            assertEquals(30, request.answer.await().ids().length);
        }
        assertTrue(refused > 0 && taken.size() >= 5, refused + " refused");
    }

    @Test
    void drainingFinishesWhatRunsAndRefusesWhatComes() {
        start(1, 64, 10);
        Request running = request(0, 5);
        engine.submit(running.sequence());
        engine.drain(Duration.ofSeconds(20));
        assertEquals(64, running.answer.await().ids().length);
        assertEquals(Reason.STAGE_UNAVAILABLE, assertThrows(Failure.class, () -> request(0, 6).run()).reason());
    }

    @Test
    void closingTellsEverybody() {
        start(1, 64, 10);
        Request running = request(0, 5);
        running.most = 500;
        Request waiting = request(0, 6);
        engine.submit(running.sequence());
        engine.submit(waiting.sequence());
        running.answer.awaitTokens(1);
        engine.close();
        assertEquals(Reason.STAGE_UNAVAILABLE, running.answer.awaitFailure().reason());
        assertEquals(Reason.STAGE_UNAVAILABLE, waiting.answer.awaitFailure().reason());
    }

    @Test
    void withoutMemoryForAllSomeWait() {
        start(new ScarceBrain(OnnxBrain.open(folder, shape, 4, 64, OnnxOptions.defaults().withThreads(1)), 2),
                limits(64, 32, 10, Duration.ofSeconds(20), Duration.ofSeconds(20)));
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            requests.add(request(0, 5 + i));
            engine.submit(requests.get(i).sequence());
        }
        for (Request request : requests) {
            assertEquals(64, request.answer.await().ids().length);
        }
        assertEquals(2, registry.get(Metrics.BATCH_SIZE).summary().max());
    }

    @Test
    void withoutMemoryForOneItIsSaid() {
        start(new ScarceBrain(OnnxBrain.open(folder, shape, 4, 64, OnnxOptions.defaults().withThreads(1)), 0),
                limits(64, 32, 10, Duration.ofSeconds(20), Duration.ofSeconds(20)));
        Request request = request(0, 5);
        engine.submit(request.sequence());
        assertEquals(Reason.KV_CACHE_FULL, request.answer.awaitFailure().reason());
    }

    @Test
    void anIdleEngineGivesItsMemoryBackAndGoesOnAfter() throws InterruptedException {
        start(2, limits(64, 32, 10, Duration.ofSeconds(20), Duration.ofMillis(50)));
        long[] first = request(0, 5).run().ids();
        TimeUnit.MILLISECONDS.sleep(200);
        assertArrayEquals(first, request(0, 5).run().ids());
        assertNotNull(registry.get(Metrics.KV_USE).gauge());
    }
}
