package io.tesserae.engines.triton;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import inference.GrpcService.ModelInferRequest;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Caller;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.Engine;
import io.tesserae.engines.EngineContract;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.TensorSpec;
import io.tesserae.engines.TestGraphs;
import io.tesserae.engines.onnx.OnnxEngine;
import io.tesserae.engines.onnx.OnnxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TritonEngineTest extends EngineContract {

    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<TritonDouble> servers = new ArrayList<>();
    private final AtomicInteger retries = new AtomicInteger();

    private TritonDouble server(String graph) {
        TritonDouble server = TritonDouble.start().with(graph, OnnxEngine.open(TestGraphs.path(graph), OnnxOptions.defaults()));
        servers.add(server);
        return server;
    }

    @AfterEach
    void stop() {
        servers.forEach(TritonDouble::close);
    }

    private static TritonOptions options(String model, TritonDouble... servers) {
        return TritonOptions.of("127.0.0.1:1", model)
                .withAddresses(List.of(servers).stream().map(TritonDouble::address).toArray(String[]::new))
                .withTimes(LONG, LONG, LONG, OFTEN);
    }

    private Engine open(TritonOptions options) {
        return TritonEngine.open(options, ModelCard.unknown(), retries::incrementAndGet);
    }

    @Override
    protected Engine open(String graph) {
        return open(options(graph, server(graph)));
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "it did not come to pass within 60 s");
            TritonServers.pause(5);
        }
    }

    private static boolean ready(Engine engine) {
        try {
            engine.check();
            return true;
        } catch (EngineException away) {
            return false;
        }
    }

    @Test
    void saysItsNameAndHowManyRowsARunTakes() {
        TritonDouble server = server("sums");
        server.takes("sums", 8);
        try (Engine engine = open(options("sums", server))) {
            assertEquals("triton", engine.name());
            assertEquals(8, engine.mostRows());
        }
    }

    @Test
    void aModelThatIsMissingOrOfAnotherVersionIsNamedAtOnce() {
        TritonDouble server = server("sums");
        assertOpenFails(options("differences", server), ModelCard.unknown(), "no model 'differences', only sums");
        assertOpenFails(options("sums", server).withVersion("7"), ModelCard.unknown(), "model 'sums' version 7 is not loaded");
        server.unload("sums");
        assertOpenFails(options("sums", server), ModelCard.unknown(), "UNAVAILABLE: unloaded");
    }

    @Test
    void aServerThatIsNotThereIsNamedWhenStartUpIsOver() {
        TritonDouble server = server("sums");
        server.kill();
        TritonOptions impatient = options("sums", server).withTimes(LONG, LONG, Duration.ofMillis(100), OFTEN);
        assertOpenFails(impatient, ModelCard.unknown(), server.address());
        server.listen();
    }

    @Test
    void everyDifferenceFromTheCardIsNamed() {
        TritonDouble server = server("sums");
        server.says("sums", "other");
        ModelCard card = new ModelCard(
                Map.of("left", new TensorSpec("left", ElementKind.FLOAT16, new long[] {TensorSpec.ANY, 3}),
                        "middle", new TensorSpec("middle", ElementKind.FLOAT32, new long[] {TensorSpec.ANY, 3})),
                Map.of("sum", new TensorSpec("sum", ElementKind.FLOAT32, new long[] {TensorSpec.ANY, 4})), Optional.of("own"));
        assertOpenFails(options("sums", server), card, "input 'left' is FP32, must be FP16");
        assertOpenFails(options("sums", server), card, "no input 'middle', only [left, right]");
        assertOpenFails(options("sums", server), card, "takes an input 'right' that the model's graph has not");
        assertOpenFails(options("sums", server), card, "output 'sum' has shape [any, 3], must be [any, 4]");
        assertOpenFails(options("sums", server), card, "made of revision other of the model, the model folder holds own");
    }

    private void assertOpenFails(TritonOptions options, ModelCard card, String named) {
        EngineException failure = assertThrows(EngineException.class, () -> TritonEngine.open(options, card, () -> { }).close());
        assertTrue(failure.getMessage().contains(named), failure.getMessage());
    }

    @Test
    void whoAskedAndHowLongItMattersIsPassedOn() throws Exception {
        TritonDouble server = server("sums");
        Metadata journey = new Metadata();
        for (String[] header : new String[][] {{"x-request-id", "req-7"}, {"traceparent", "00-trace-span-01"}, {"tesserae-priority", "2"}}) {
            journey.put(Metadata.Key.of(header[0], Metadata.ASCII_STRING_MARSHALLER), header[1]);
        }
        try (Engine engine = open(options("sums", server).withHeaders(Map.of("authorization", "Bearer of-this-test")))) {
            Context.current().withValue(Caller.HEADERS, journey).call(() -> run(engine, pair(1, 2)));
        }
        ModelInferRequest request = server.requests.remove();
        assertEquals("req-7", request.getId());
        assertEquals(2, request.getParametersOrThrow("priority").getUint64Param());
        long timeout = request.getParametersOrThrow("timeout").getInt64Param();
        assertTrue(timeout > 0 && timeout <= LONG.toNanos() / 1000, "timeout of " + timeout + " µs");
        Metadata headers = server.headers.remove();
        assertEquals("00-trace-span-01", headers.get(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER)));
        assertEquals("Bearer of-this-test", headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)));
        assertTrue(headers.containsKey(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER)));
    }

    @Test
    void aCallThatNobodyTookIsMadeAgainAndAWrongOneIsNot() {
        TritonDouble server = server("sums");
        try (Engine engine = open(options("sums", server))) {
            server.refusals.addAll(List.of(Status.UNAVAILABLE, Status.UNAVAILABLE));
            assertEquals(3f, run(engine, pair(1, 2)).get("sum").floats().get(0));
            assertEquals(2, retries.get());
            server.refusals.add(Status.INVALID_ARGUMENT.withDescription("a tensor that it does not like"));
            EngineException wrong = assertThrows(EngineException.class, () -> run(engine, pair(1, 2)));
            assertTrue(wrong.getMessage().contains("a tensor that it does not like"), wrong.getMessage());
            assertEquals(Reason.INTERNAL, wrong.reason());
            assertEquals(2, retries.get());
        }
    }

    @Test
    void aModelUnloadedWhileServingIsNamedAndServesAgainOnceLoaded() {
        TritonDouble server = server("sums");
        try (Engine engine = open(options("sums", server).withTimes(LONG, Duration.ZERO, LONG, OFTEN))) {
            server.unload("sums");
            EngineException gone = assertThrows(EngineException.class, () -> run(engine, pair(1, 2)));
            assertTrue(gone.getMessage().contains("'sums'"), gone.getMessage());
            assertEquals(Reason.STAGE_UNAVAILABLE, gone.reason());
            await(() -> !ready(engine));
            assertTrue(assertThrows(EngineException.class, engine::check).getMessage().contains("UNAVAILABLE: unloaded"));
            server.load("sums");
            await(() -> ready(engine));
            assertEquals(3f, run(engine, pair(1, 2)).get("sum").floats().get(0));
        }
    }

    @Test
    void aServerThatIsKilledAndComesBackIsWaitedFor() {
        TritonDouble server = server("sums");
        try (Engine engine = open(options("sums", server))) {
            server.kill();
            await(() -> !ready(engine));
            CompletableFuture<Float> answer = CompletableFuture.supplyAsync(() -> run(engine, pair(1, 2)).get("sum").floats().get(0));
            await(() -> retries.get() > 0);
            server.listen();
            assertEquals(3f, answer.join());
            assertDoesNotThrow(engine::check);
        }
    }

    @Test
    void callsSpreadOverServersAndGoToTheOneThatIsLeft() {
        TritonDouble one = server("sums");
        TritonDouble other = server("sums");
        try (Engine engine = open(options("sums", one, other))) {
            await(() -> {
                run(engine, pair(1, 2));
                return !one.requests.isEmpty() && !other.requests.isEmpty();
            });
            one.kill();
            for (int i = 0; i < 20; i++) {
                assertEquals(3f, run(engine, pair(1, 2)).get("sum").floats().get(0));
            }
            one.listen();
            int before = one.requests.size();
            await(() -> {
                run(engine, pair(1, 2));
                return one.requests.size() > before;
            });
        }
    }

    @Test
    void aServerThatFailsCallAfterCallIsLeftAloneUntilItSaysThatItIsReady() {
        TritonDouble server = server("sums");
        // Asked so rarely that only the calls themselves can have opened the circuit.
        try (Engine engine = open(options("sums", server).withTimes(LONG, Duration.ZERO, LONG, Duration.ofMinutes(10)))) {
            for (int i = 0; i < 5; i++) {
                assertTrue(ready(engine));
                server.refusals.add(Status.UNAVAILABLE.withDescription("out of order"));
                assertThrows(EngineException.class, () -> run(engine, pair(1, 2)));
            }
            int asked = server.requests.size();
            EngineException open = assertThrows(EngineException.class, () -> run(engine, pair(1, 2)));
            assertTrue(open.getMessage().contains("5 calls failed one after another, the last with: out of order"), open.getMessage());
            assertEquals(asked, server.requests.size());
            assertFalse(ready(engine));
        }
    }

    @Test
    void aSilentServerCostsTheDeadlineAndACancelledCallFreesIt() {
        TritonDouble server = server("sums");
        server.silent = true;
        try (Engine engine = open(options("sums", server).withTimes(Duration.ofMillis(200), LONG, LONG, OFTEN))) {
            EngineException late = assertThrows(EngineException.class, () -> run(engine, pair(1, 2)));
            assertEquals(Reason.DEADLINE_EXCEEDED, late.reason());
            await(() -> server.cancelled.get() == 1);
        }
        try (Engine engine = open(options("sums", server))) {
            Cancellation cancellation = new Cancellation();
            CompletableFuture<Map<String, Tensor>> run = CompletableFuture.supplyAsync(
                    () -> engine.run(pair(1, 2), engine.outputs().keySet(), cancellation));
            await(() -> server.requests.size() == 2);
            cancellation.cancel();
            assertTrue(assertThrows(CompletionException.class, run::join).getCause() instanceof CancellationException);
            await(() -> server.cancelled.get() == 2);
        }
    }

    @Test
    void manyConnectionsLeaveNoThreadBehind() {
        TritonDouble server = server("sums");
        open(options("sums", server)).close();
        int before = Thread.activeCount();
        for (int i = 0; i < 20; i++) {
            try (Engine engine = open(options("sums", server))) {
                run(engine, pair(1, 2));
            }
        }
        await(() -> Thread.activeCount() <= before + 4);
    }
}
