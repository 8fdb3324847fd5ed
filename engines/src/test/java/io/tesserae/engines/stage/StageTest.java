package io.tesserae.engines.stage;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Metrics;
import io.tesserae.contract.metric.Stage;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the services share: a stage's life, its metrics, and what it asks of requests and graphs. */
class StageTest {

    /** A model whose engine can fail. */
    private static final class Switchable implements LoadedStage.Model {

        private boolean broken;
        private boolean closed;

        @Override
        public void check() {
            if (broken) {
                throw new EngineException("broken for this test");
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void aStageIsReadyFromItsLoadingToItsClosingWhileItsEngineCanRun(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("tesserae.json"), "{\"format\": 1, \"name\": \"n\", \"family\": \"f\", \"revision\": \"r\"}");
        LoadedStage<Switchable> stage = new LoadedStage<>("test-service");
        assertFalse(stage.ready());
        assertEquals(Reason.STAGE_UNAVAILABLE, assertThrows(Failure.class, stage::get).reason());
        stage.load(Optional.of(folder.toString()), opened -> new Switchable());
        assertTrue(stage.ready());
        Switchable model = stage.get();
        model.broken = true;
        assertFalse(stage.ready());
        model.broken = false;
        stage.close();
        assertTrue(model.closed);
        assertFalse(stage.ready());
        assertThrows(Failure.class, stage::get);
        assertDoesNotThrow(stage::close);
    }

    @Test
    void aServiceWithoutAModelDoesNotStart(@TempDir Path empty) {
        LoadedStage<Switchable> stage = new LoadedStage<>("test-service");
        assertTrue(loadFailure(stage, Optional.empty()).contains("TESSERAE_MODEL"));
        assertTrue(loadFailure(stage, Optional.of(empty.toString())).contains("tesserae.json"));
    }

    private static String loadFailure(LoadedStage<Switchable> stage, Optional<String> folder) {
        return assertThrows(ModelFolderException.class, () -> stage.load(folder, opened -> new Switchable())).getMessage();
    }

    @Test
    void everyTileOfARunIsMeasured() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new StageMetrics(registry, "m", Stage.ENCODE).ran(Duration.ofMillis(40), List.of(Duration.ofMillis(1), Duration.ofMillis(3)));
        Timer duration = registry.get(Metrics.STAGE_DURATION).tags("model", "m", "stage", "encode").timer();
        Timer queueWait = registry.get(Metrics.QUEUE_WAIT).tags("model", "m", "stage", "encode").timer();
        DistributionSummary batch = registry.get(Metrics.BATCH_SIZE).tags("model", "m", "stage", "encode").summary();
        assertEquals(2, duration.count());
        assertEquals(40, duration.max(TimeUnit.MILLISECONDS));
        assertEquals(4, queueWait.totalTime(TimeUnit.MILLISECONDS), 1e-9);
        assertEquals(1, batch.count());
        assertEquals(2, batch.max());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "16, 4", "576, 24", "1024, 32", "0, 0", "15, 0", "17, 0", "-4, 0"})
    void onlySquareNumbersHaveASquareGrid(long count, int side) {
        assertEquals(side > 0, SquareGrid.of(count).isPresent());
        SquareGrid.of(count).ifPresent(grid -> assertEquals(List.of(side, side), List.of(grid.getColumns(), grid.getRows())));
    }

    @Test
    void anEmptyRevisionAcceptsAny() {
        assertDoesNotThrow(() -> RequestChecks.revision("", "a"));
        assertDoesNotThrow(() -> RequestChecks.revision("a", "a"));
        assertEquals(Reason.REVISION_MISMATCH, assertThrows(Failure.class, () -> RequestChecks.revision("b", "a")).reason());
    }

    @Test
    void aGraphMustHaveWhatTheManifestNamesWithAnOpenBatchAxis() {
        Map<String, TensorSpec> specs = Map.of(
                "open", new TensorSpec("open", ElementKind.FLOAT32, new long[] {TensorSpec.ANY, 3}),
                "fixed", new TensorSpec("fixed", ElementKind.FLOAT32, new long[] {1, 3}),
                "scalar", new TensorSpec("scalar", ElementKind.FLOAT32, new long[0]));
        assertEquals(specs.get("open"), GraphChecks.batched(specs, "vision.input", "open"));
        for (String wrong : List.of("fixed", "scalar", "absent")) {
            String message = assertThrows(ModelFolderException.class, () -> GraphChecks.batched(specs, "vision.input", wrong)).getMessage();
            assertTrue(message.contains("vision.input") && message.contains(wrong), message);
        }
    }
}
