package io.tesserae.engines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every engine must do, whatever runs behind it. */
public abstract class EngineContract {

    /** Opens the test graph of that name; see {@code make_graphs.py}. */
    protected abstract Engine open(String graph);

    @Test
    void describesWhatTheGraphTakesAndGives() {
        try (Engine engine = open("sums")) {
            assertEquals(List.of("left", "right"), List.copyOf(engine.inputs().keySet()));
            assertEquals(List.of("sum", "product"), List.copyOf(engine.outputs().keySet()));
            assertEquals(new TensorSpec("left", ElementKind.FLOAT32, new long[] {TensorSpec.ANY, 3}), engine.inputs().get("left"));
            assertEquals(new TensorSpec("sum", ElementKind.FLOAT32, new long[] {TensorSpec.ANY, 3}), engine.outputs().get("sum"));
            assertDoesNotThrow(engine::check);
        }
    }

    @Test
    void runsByName() {
        try (Engine engine = open("sums")) {
            Map<String, Tensor> results = run(engine, pair(1, 2));
            assertEquals(Tensor.ofFloats(new float[] {3, 3, 3}, 1, 3), results.get("sum"));
            assertEquals(Tensor.ofFloats(new float[] {2, 2, 2}, 1, 3), results.get("product"));
        }
    }

    @Test
    void givesOnlyTheOutputsAskedFor() {
        try (Engine engine = open("sums")) {
            assertEquals(Set.of("product"), engine.run(pair(1, 2), Set.of("product"), Cancellation.none()).keySet());
        }
    }

    @Test
    void carriesEveryElementKindUnchanged() {
        try (Engine engine = open("kinds")) {
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            for (ElementKind kind : ElementKind.values()) {
                ByteBuffer data = ByteBuffer.allocate(4 * kind.bytes()).order(ByteOrder.LITTLE_ENDIAN);
                IntStream.range(0, data.capacity()).forEach(i -> data.put(i, (byte) (i * 7 + 1)));
                inputs.put(kind.name().toLowerCase(), new Tensor(kind, new long[] {2, 2}, data));
            }
            Map<String, Tensor> results = run(engine, inputs);
            inputs.forEach((name, tensor) -> assertEquals(tensor, results.get(name + "_out"), name));
        }
    }

    @Test
    void readsDirectAndHeapAndReadOnlyBuffersAlike() {
        try (Engine engine = open("sums")) {
            ByteBuffer heap = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
            heap.asFloatBuffer().put(new float[] {1, 2, 3});
            ByteBuffer direct = ByteBuffer.allocateDirect(20).order(ByteOrder.LITTLE_ENDIAN).position(4).put(heap.duplicate()).limit(16).position(4);
            Tensor left = new Tensor(ElementKind.FLOAT32, new long[] {1, 3}, heap.asReadOnlyBuffer());
            Tensor right = new Tensor(ElementKind.FLOAT32, new long[] {1, 3}, direct);
            assertEquals(Tensor.ofFloats(new float[] {2, 4, 6}, 1, 3), run(engine, Map.of("left", left, "right", right)).get("sum"));
        }
    }

    @Test
    void anEmptyBatchIsABatch() {
        try (Engine engine = open("sums")) {
            Tensor none = Tensor.ofFloats(new float[0], 0, 3);
            assertArrayEquals(new long[] {0, 3}, run(engine, Map.of("left", none, "right", none)).get("sum").shape());
        }
    }

    @Test
    void inputsMayBeUsedAgainOnceARunHasReturned() {
        try (Engine engine = open("sums")) {
            ByteBuffer memory = ByteBuffer.allocateDirect(12).order(ByteOrder.LITTLE_ENDIAN);
            memory.asFloatBuffer().put(new float[] {1, 1, 1});
            Tensor left = new Tensor(ElementKind.FLOAT32, new long[] {1, 3}, memory);
            Tensor result = run(engine, Map.of("left", left, "right", left)).get("sum");
            memory.asFloatBuffer().put(new float[] {9, 9, 9});
            assertEquals(Tensor.ofFloats(new float[] {2, 2, 2}, 1, 3), result);
        }
    }

    @Test
    void whatDoesNotFitTheGraphIsAnEngineException() {
        try (Engine engine = open("sums")) {
            Tensor fits = Tensor.ofFloats(new float[3], 1, 3);
            assertFails(engine, Map.of("left", fits), "right");
            assertFails(engine, Map.of("left", fits, "right", fits, "middle", fits), "middle");
            assertFails(engine, Map.of("left", fits, "right", Tensor.ofFloats(new float[4], 1, 4)), "right");
            assertFails(engine, Map.of("left", fits, "right", Tensor.ofLongs(new long[3], 1, 3)), "");
            assertThrows(EngineException.class, () -> engine.run(pair(1, 2), Set.of("difference"), Cancellation.none()));
            assertEquals(Tensor.ofFloats(new float[] {3, 3, 3}, 1, 3), run(engine, pair(1, 2)).get("sum"), "it still runs");
        }
    }

    private static void assertFails(Engine engine, Map<String, Tensor> inputs, String named) {
        EngineException failure = assertThrows(EngineException.class, () -> run(engine, inputs));
        assertTrue(failure.getMessage().contains(named), failure.getMessage());
    }

    @Test
    void aRunThatFailsInTheGraphIsAnEngineException() {
        try (Engine engine = open("reshape")) {
            Map<String, Tensor> impossible = Map.of(
                    "values", Tensor.ofFloats(new float[6], 1, 6), "shape", Tensor.ofLongs(new long[] {4, 4}, 2));
            assertThrows(EngineException.class, () -> run(engine, impossible));
        }
    }

    @Test
    void runsOverlap() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (Engine engine = open("sums")) {
            List<Callable<Boolean>> runs = IntStream.range(0, 400).<Callable<Boolean>>mapToObj(i -> () -> {
                float sum = run(engine, pair(i, 2 * i)).get("sum").floats().get(0);
                return sum == 3f * i;
            }).toList();
            for (Future<Boolean> right : threads.invokeAll(runs)) {
                assertTrue(right.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aCancelledRunStops() throws Exception {
        try (Engine engine = open("long")) {
            Map<String, Tensor> work = Map.of("x", Tensor.ofFloats(new float[64 * 4096], 4096, 64));
            long started = System.nanoTime();
            run(engine, work);
            long whole = System.nanoTime() - started;

            Cancellation cancellation = new Cancellation();
            Thread canceller = new Thread(() -> {
                sleep(whole / 10);
                cancellation.cancel();
            });
            canceller.start();
            // Had it run to its end, it would have answered.
            assertThrows(CancellationException.class, () -> engine.run(work, engine.outputs().keySet(), cancellation));
            canceller.join();
            assertThrows(CancellationException.class, () -> engine.run(work, engine.outputs().keySet(), cancellation), "cancelled before");
        }
    }

    private static void sleep(long nanos) {
        try {
            Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    @Test
    void aClosedEngineRefuses() {
        Engine engine = open("sums");
        engine.close();
        engine.close();
        assertThrows(EngineException.class, engine::check);
        assertThrows(EngineException.class, () -> run(engine, pair(1, 2)));
    }

    protected static Map<String, Tensor> run(Engine engine, Map<String, Tensor> inputs) {
        return engine.run(inputs, engine.outputs().keySet(), Cancellation.none());
    }

    protected static Map<String, Tensor> pair(float left, float right) {
        return Map.of("left", Tensor.ofFloats(new float[] {left, left, left}, 1, 3), "right", Tensor.ofFloats(new float[] {right, right, right}, 1, 3));
    }
}
