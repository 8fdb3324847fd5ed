package io.tesserae.engines.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.Engine;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.Float16;
import io.tesserae.engines.TestGraphs;
import io.tesserae.engines.onnx.OnnxEngine;
import io.tesserae.engines.onnx.OnnxOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BatchedEngineTest {

    private final Engine sums = OnnxEngine.open(TestGraphs.path("sums"), OnnxOptions.defaults());

    private static BatchedEngine batched(Engine engine, String output, Duration delay, int queueSize) {
        BatchOptions options = new BatchOptions("test", 4, delay, queueSize, 1, Duration.ofSeconds(5));
        return new BatchedEngine(engine, Set.of(output), options, BatchObserver.none(), Runnable::run);
    }

    private static Map<String, RowPart> row(float left, float right) {
        return Map.of("left", part(left, ElementKind.FLOAT32), "right", part(right, ElementKind.FLOAT32));
    }

    private static RowPart part(float value, ElementKind sentAs) {
        Tensor tensor = Float16.as(sentAs, Tensor.ofFloats(new float[] {value, value, value}, 3));
        return RowPart.of(tensor, ElementKind.FLOAT32);
    }

    @Test
    void rowsOfOneCallComeBackInTheirOrder() {
        try (BatchedEngine engine = batched(sums, "sum", Duration.ofMillis(1), 100)) {
            List<Map<String, RowPart>> rows = IntStream.range(0, 11).mapToObj(i -> row(i, 100)).toList();
            BatchedRows results = engine.submit(rows, Cancellation.none()).join();
            for (int i = 0; i < 11; i++) {
                assertEquals(Map.of("sum", Tensor.ofFloats(new float[] {100 + i, 100 + i, 100 + i}, 3)), results.rows().get(i));
            }
            assertEquals(4, results.batchSize());
        }
    }

    @Test
    void callersShareARun() {
        try (BatchedEngine engine = batched(sums, "product", Duration.ofMinutes(1), 100)) {
            List<CompletableFuture<BatchedRows>> calls =
                    IntStream.range(0, 4).mapToObj(i -> engine.submit(List.of(row(i, 2)), Cancellation.none())).toList();
            for (int i = 0; i < 4; i++) {
                assertEquals(2f * i, calls.get(i).join().rows().get(0).get("product").floats().get(0));
                assertEquals(4, calls.get(i).join().batchSize());
            }
        }
    }

    @Test
    void halvesAreWidenedOnTheirWayIntoTheBatch() {
        try (BatchedEngine engine = batched(sums, "sum", Duration.ofMillis(1), 100)) {
            Map<String, RowPart> row = Map.of("left", part(0.5f, ElementKind.FLOAT16), "right", part(1, ElementKind.FLOAT32));
            assertEquals(1.5f, engine.submit(List.of(row), Cancellation.none()).join().rows().get(0).get("sum").floats().get(2));
        }
        assertThrows(IllegalArgumentException.class, () -> RowPart.of(Tensor.ofLongs(new long[] {1}, 1), ElementKind.FLOAT32));
    }

    @Test
    void aCancelledCallLeavesTheQueue() {
        try (BatchedEngine engine = batched(sums, "sum", Duration.ofMinutes(1), 100)) {
            Cancellation cancellation = new Cancellation();
            CompletableFuture<BatchedRows> call = engine.submit(List.of(row(1, 2), row(3, 4)), cancellation);
            assertEquals(2, engine.queued());
            cancellation.cancel();
            assertEquals(0, engine.queued());
            assertEquals(Reason.CANCELLED, Failure.from(assertThrows(CancellationException.class, call::join)).reason());
        }
    }

    @Test
    void aCallThatFindsNoRoomLeavesNothingBehind() {
        try (BatchedEngine engine = batched(sums, "sum", Duration.ofMinutes(1), 2)) {
            Failure failure = assertThrows(Failure.class,
                    () -> engine.submit(List.of(row(1, 2), row(3, 4), row(5, 6)), Cancellation.none()));
            assertEquals(Reason.QUEUE_FULL, failure.reason());
            assertEquals(0, engine.queued());
        }
    }

    @Test
    void aRowThatCannotBeWrittenFailsItsCallAlone() {
        RowPart broken = new RowPart() {
            @Override
            public ElementKind kind() {
                return ElementKind.FLOAT32;
            }

            @Override
            public long[] shape() {
                return new long[] {3};
            }

            @Override
            public void writeTo(ByteBuffer target) {
                throw new IllegalStateException("broken row");
            }
        };
        try (BatchedEngine engine = batched(sums, "sum", Duration.ofMinutes(1), 100)) {
            CompletableFuture<BatchedRows> bad =
                    engine.submit(List.of(row(1, 1), Map.of("left", broken, "right", part(1, ElementKind.FLOAT32))), Cancellation.none());
            CompletableFuture<BatchedRows> good = engine.submit(List.of(row(1, 1), row(2, 2)), Cancellation.none());
            assertEquals(4f, good.join().rows().get(1).get("sum").floats().get(0));
            assertTrue(assertThrows(CompletionException.class, bad::join).getCause().getMessage().contains("broken row"));
        }
    }

    @Test
    void aGraphWithoutABatchAxisIsAnEngineException() {
        Engine cache = OnnxEngine.open(TestGraphs.path("cache"), OnnxOptions.defaults());
        try (BatchedEngine engine = batched(cache, "total", Duration.ZERO, 100)) {
            Map<String, RowPart> row = Map.of(
                    "past", RowPart.of(Tensor.ofFloats(new float[4], 4), ElementKind.FLOAT32),
                    "place", RowPart.of(Tensor.ofLongs(new long[1], 1), ElementKind.INT64),
                    "row", RowPart.of(Tensor.ofFloats(new float[4], 4), ElementKind.FLOAT32));
            CompletionException failure = assertThrows(CompletionException.class, engine.submit(List.of(row), Cancellation.none())::join);
            assertTrue(failure.getCause() instanceof EngineException && failure.getCause().getMessage().contains("total"), failure.toString());
        }
    }

    @Test
    void closingClosesTheEngine() {
        BatchedEngine engine = batched(sums, "sum", Duration.ZERO, 100);
        engine.close();
        assertThrows(EngineException.class, sums::check);
        Failure refused = assertThrows(Failure.class, () -> engine.submit(List.of(row(1, 2)), Cancellation.none()));
        assertEquals(Reason.STAGE_UNAVAILABLE, refused.reason());
    }
}
