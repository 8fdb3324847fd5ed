package io.tesserae.engines.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Engine;
import io.tesserae.engines.EngineContract;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.TestGraphs;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxEngineTest extends EngineContract {

    @Override
    protected Engine open(String graph) {
        return OnnxEngine.open(TestGraphs.path(graph), OnnxOptions.defaults());
    }

    @Test
    void saysItsName() {
        try (Engine engine = open("sums")) {
            assertEquals("onnx", engine.name());
        }
    }

    @Test
    void everyLevelOfOptimisationAnswersTheSame() {
        for (OnnxOptions.Level level : OnnxOptions.Level.values()) {
            OnnxOptions options = OnnxOptions.defaults().withLevel(level).withThreads(1).withSpinning(true).withPrepacking(false);
            try (Engine engine = OnnxEngine.open(TestGraphs.path("sums"), options)) {
                assertEquals(3f, run(engine, pair(1, 2)).get("sum").floats().get(0));
            }
        }
    }

    @Test
    void whatCannotBeOpenedIsNamed(@TempDir Path folder) throws IOException {
        assertOpenFails(folder.resolve("absent.onnx"), OnnxOptions.defaults(), "absent.onnx");
        Path broken = Files.writeString(folder.resolve("broken.onnx"), "no graph at all");
        assertOpenFails(broken, OnnxOptions.defaults(), "broken.onnx");
        assertOpenFails(TestGraphs.path("double"), OnnxOptions.defaults(), "DOUBLE");
    }

    @Test
    void askingForCudaWhereThereIsNoneFailsWithTheWayOut() {
        assertOpenFails(TestGraphs.path("sums"), OnnxOptions.defaults().withProvider(OnnxOptions.Provider.CUDA, 0), "onnxruntime_gpu");
    }

    private static void assertOpenFails(Path graph, OnnxOptions options, String named) {
        EngineException failure = assertThrows(EngineException.class, () -> OnnxEngine.open(graph, options).close());
        assertTrue(failure.getMessage().contains(named), failure.getMessage());
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> OnnxOptions.defaults().withThreads(-1));
        assertThrows(IllegalArgumentException.class, () -> OnnxOptions.defaults().withProvider(OnnxOptions.Provider.CUDA, -1));
        assertEquals(Runtime.getRuntime().availableProcessors(), OnnxOptions.defaults().effectiveThreads());
    }

    @Test
    void tenThousandRunsTakeNoMoreMemoryThanAThousand() throws IOException {
        float[] values = new float[3 * 20_000];
        try (Engine engine = open("sums")) {
            // 240 kB in each input and output: a leak of any of them would show as 2 GB.
            Tensor heap = new Tensor(ElementKind.FLOAT32, new long[] {20_000, 3}, ByteBuffer.allocate(values.length * 4));
            runTimes(1_000, engine, heap);
            long direct = directBytes();
            long nativeMemory = nativeBytes();
            runTimes(9_000, engine, heap);
            assertTrue(directBytes() - direct < 100_000, "direct memory grew by " + (directBytes() - direct));
            long grown = nativeBytes() - nativeMemory;
            assertTrue(grown < 500 << 20, "memory outside the heap grew by " + grown);
        }
    }

    private static void runTimes(int times, Engine engine, Tensor tensor) {
        for (int i = 0; i < times; i++) {
            run(engine, Map.of("left", tensor, "right", tensor));
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** What the process holds beside Java's heap; 0 where the system does not say. */
    private static long nativeBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        long resident = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
        return resident - ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    }
}
