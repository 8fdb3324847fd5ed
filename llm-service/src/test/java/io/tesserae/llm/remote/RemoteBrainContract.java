package io.tesserae.llm.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.llm.sampling.Logprobs;
import io.tesserae.llm.sampling.SamplingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine elsewhere does, shown against a double of its server. */
public abstract class RemoteBrainContract {

    private final List<AutoCloseable> open = new ArrayList<>();
    private EchoServer server;
    private RemoteBrain brain;

    /** A double of the engine's server, running. */
    protected abstract EchoServer server();

    /** The engine with those servers, for embeddings of {@link EchoServer#WIDTH}; it asks them several times a second whether they are well. */
    protected abstract RemoteBrain open(List<String> addresses);

    @BeforeEach
    void open() {
        server = kept(server());
        brain = well(kept(open(List.of(server.address()))));
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T kept(T opened) {
        open.add(opened);
        return opened;
    }

    private static RemoteBrain well(RemoteBrain opened) {
        until(() -> isWell(opened), "the engine did not come into reach");
        return opened;
    }

    private static boolean isWell(RemoteBrain asked) {
        try {
            asked.check();
            return true;
        } catch (Failure away) {
            assertEquals(Reason.STAGE_UNAVAILABLE, away.reason());
            return false;
        }
    }

    private static void until(BooleanSupplier condition, String complaint) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, complaint);
            try {
                Thread.sleep(5);
            } catch (InterruptedException stopped) {
                throw new AssertionError(stopped);
            }
        }
    }

    private static final SamplingOptions PLAIN = SamplingOptions.GREEDY;

    private static RemoteRequest request(long[] prompt, int most, SamplingOptions sampling, int topLogprobs, Set<Long> ends) {
        float[] rows = new float[prompt.length * EchoServer.WIDTH];
        for (int i = 0; i < prompt.length; i++) {
            rows[i * EchoServer.WIDTH] = prompt[i];
        }
        return new RemoteRequest("asked", prompt, new long[0], Tensor.ofFloats(rows, prompt.length, EchoServer.WIDTH), Optional.empty(), sampling, topLogprobs,
                most, ends, 0);
    }

    private static RemoteRequest request(int most, long... prompt) {
        return request(prompt, most, PLAIN, -1, Set.of());
    }

    private Heard ask(RemoteRequest request) {
        Heard heard = new Heard();
        brain.begin(request, heard);
        return heard;
    }

    @Test
    void tokensComeInOrderUntilThereAreEnough() {
        Heard heard = ask(request(5, 7, 8, 9));
        assertEquals(List.of(7L, 8L, 9L, 7L, 8L), heard.awaitFinish());
        assertNull(heard.logprobs().get(0));
        until(() -> server.running() == 0, "the server went on");
        assertTrue(heard.endedOnce());
    }

    @Test
    void aLongPromptArrivesWhole() {
        long[] prompt = LongStream.range(0, 3000).map(i -> (i * 37 + 11) % 200).toArray();
        assertEquals(LongStream.of(prompt).boxed().toList(), ask(request(3000, prompt)).awaitFinish());
    }

    @Test
    void anEndIdEndsItAndIsSaid() {
        assertEquals(List.of(7L, 8L), ask(request(new long[] {7, 8, 9}, 50, PLAIN, -1, Set.of(8L, 99L))).awaitFinish());
    }

    @Test
    void everythingThatWasAskedForIsPassedOn() {
        SamplingOptions sampling = new SamplingOptions(0.5f, 0.75f, 40, 0.125f, 1, 0.25f, -0.5f, 1234, new int[] {3}, new float[] {2.5f});
        ask(request(new long[] {1}, 1, sampling, -1, Set.of())).awaitFinish();
        server.sampling().forEach((name, value) -> assertEquals(wanted(name), value, 1e-6, name));
        assertEquals(Set.of("temperature", "top_p", "top_k", "min_p", "frequency_penalty", "presence_penalty", "seed", "logit_bias[3]"),
                server.sampling().keySet());
    }

    private static double wanted(String name) {
        return switch (name) {
            case "temperature" -> 0.5;
            case "top_p" -> 0.75;
            case "top_k" -> 40;
            case "min_p" -> 0.125;
            case "frequency_penalty" -> 0.25;
            case "presence_penalty" -> -0.5;
            case "seed" -> 1234;
            default -> 2.5;
        };
    }

    @Test
    void logProbabilitiesComeWithTheirTokens() {
        Heard heard = ask(request(new long[] {7, 9}, 2, PLAIN, 3, Set.of()));
        heard.awaitFinish();
        Logprobs second = heard.logprobs().get(1);
        assertEquals(-0.009, second.chosen(), 1e-6);
        assertEquals(List.of(9, 10, 11), IntStream.of(second.ids()).boxed().toList());
        assertEquals(-0.011, second.logprobs()[2], 1e-6);
        Heard alone = ask(request(new long[] {7}, 1, PLAIN, 0, Set.of()));
        alone.awaitFinish();
        assertEquals(-0.007, alone.logprobs().get(0).chosen(), 1e-6);
        assertEquals(0, alone.logprobs().get(0).ids().length);
    }

    @Test
    void tokensAreHeardAsTheyAreGenerated() {
        server.holdAfter(2);
        Heard heard = ask(request(4, 7, 8, 9));
        assertEquals(List.of(7L, 8L), heard.awaitTokens(2));
        server.holdAfter(Integer.MAX_VALUE);
        assertEquals(List.of(7L, 8L, 9L, 7L), heard.awaitFinish());
    }

    @Test
    void cancellingStopsTheServer() {
        server.holdAfter(1);
        Heard heard = new Heard();
        RemoteBrain.Run run = brain.begin(request(1000, 7, 8), heard);
        heard.awaitTokens(1);
        run.cancel();
        until(() -> server.running() == 0, "the server did not hear of it");
        run.cancel();
        server.holdAfter(Integer.MAX_VALUE);
        assertEquals(List.of(5L), ask(request(1, 5)).awaitFinish());
    }

    @Test
    void cancellingAtOnceStopsTheServerToo() {
        for (int i = 0; i < 20; i++) {
            server.holdAfter(3);
            brain.begin(request(1000, 7, 8), new Heard()).cancel();
        }
        server.holdAfter(Integer.MAX_VALUE);
        until(() -> server.running() == 0, "the server did not hear of it");
        assertEquals(List.of(5L), ask(request(1, 5)).awaitFinish());
    }

    @Test
    void answersRunBesideEachOther() {
        server.holdAfter(1);
        List<Heard> all = IntStream.range(0, 32).mapToObj(i -> ask(request(3, i, i + 50))).toList();
        all.forEach(heard -> heard.awaitTokens(1));
        assertEquals(32, server.running());
        server.holdAfter(Integer.MAX_VALUE);
        for (int i = 0; i < 32; i++) {
            assertEquals(List.of((long) i, i + 50L, (long) i), all.get(i).awaitFinish());
        }
    }

    @Test
    void aServerThatDiesEndsItsAnswersAndIsFoundAgain() {
        for (int round = 0; round < 3; round++) {
            server.holdAfter(1);
            Heard heard = ask(request(10, 7, 8));
            heard.awaitTokens(1);
            server.kill();
            assertEquals(Reason.STAGE_UNAVAILABLE, heard.awaitFailure().reason());
            until(() -> !isWell(brain), "a dead server passed for well");
            assertEquals(Reason.STAGE_UNAVAILABLE, ask(request(1, 5)).awaitFailure().reason());
            server.restart();
            well(brain);
            server.holdAfter(Integer.MAX_VALUE);
            assertEquals(List.of(5L), ask(request(1, 5)).awaitFinish());
            assertTrue(heard.endedOnce());
        }
    }

    @Test
    void answersAreSpreadOverServersAndGoToThoseThatAreWell() {
        EchoServer other = kept(server());
        brain = well(kept(open(List.of(server.address(), other.address()))));
        server.holdAfter(1);
        other.holdAfter(1);
        until(() -> {
            // Both are known to be well once both have been given something.
            ask(request(2, 1)).awaitTokens(1);
            return server.running() > 0 && other.running() > 0;
        }, "one server got nothing");
        int before = server.running() + other.running();
        List<Heard> more = IntStream.range(0, 10).mapToObj(i -> ask(request(2, 1))).toList();
        more.forEach(heard -> heard.awaitTokens(1));
        assertEquals(before + 10, server.running() + other.running());
        assertTrue(Math.abs(server.running() - other.running()) <= 1, server.running() + " and " + other.running());
        other.kill();
        server.holdAfter(Integer.MAX_VALUE);
        until(() -> server.running() == 0, "an answer was not finished");
        // Until the dead one is known, an answer may fail there, and is then begun again by whoever asked.
        until(() -> failureOf(ask(request(1, 5))) == null, "the dead server was asked on");
        int begun = server.begun();
        for (int i = 0; i < 10; i++) {
            assertNull(failureOf(ask(request(1, 5))));
        }
        assertEquals(begun + 10, server.begun());
    }

    private static Failure failureOf(Heard heard) {
        try {
            heard.awaitFinish();
            return null;
        } catch (AssertionError failed) {
            return heard.awaitFailure();
        }
    }

    @Test
    void closingEndsWhatIsUnderWay() {
        server.holdAfter(1);
        Heard heard = ask(request(10, 7, 8));
        heard.awaitTokens(1);
        brain.close();
        assertEquals(Reason.STAGE_UNAVAILABLE, heard.awaitFailure().reason());
        until(() -> server.running() == 0, "the server did not hear of it");
        assertThrows(Failure.class, brain::check);
    }
}
