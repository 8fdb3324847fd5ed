package io.tesserae.engines.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnxruntime.OnnxTensor;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.TestGraphs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OnnxSessionTest {

    private static final int CAPACITY = 5;
    private static final int WIDTH = 4;

    @Test
    void aPinnedOutputLiesInTheCallersMemory() {
        ByteBuffer cache = floats(CAPACITY * WIDTH);
        ByteBuffer total = floats(1);
        try (OnnxSession session = OnnxSession.open(TestGraphs.path("cache"), OnnxOptions.defaults());
                OnnxTensor past = OnnxTensors.over(cache, ElementKind.FLOAT32, CAPACITY, WIDTH);
                OnnxTensor pinnedTotal = OnnxTensors.over(total, ElementKind.FLOAT32)) {
            for (int step = 0; step < CAPACITY; step++) {
                step(session, past, pinnedTotal, step);
            }
        }
        FloatBuffer rows = cache.asFloatBuffer();
        for (int i = 0; i < CAPACITY * WIDTH; i++) {
            assertEquals(1 + i / WIDTH, rows.get(i), "row " + i / WIDTH + " was written in its step and kept since");
        }
        assertEquals(4 * (1 + 2 + 3 + 4 + 5), total.asFloatBuffer().get(0));
    }

    /** Writes a row of step + 1 into the cache, which is input and output at once. */
    private static void step(OnnxSession session, OnnxTensor cache, OnnxTensor total, int step) {
        ByteBuffer place = ByteBuffer.allocateDirect(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, step);
        ByteBuffer row = floats(WIDTH);
        for (int i = 0; i < WIDTH; i++) {
            row.putFloat(i * 4, step + 1);
        }
        try (OnnxTensor placeTensor = OnnxTensors.over(place, ElementKind.INT64, 1, 1);
                OnnxTensor rowTensor = OnnxTensors.over(row, ElementKind.FLOAT32, 1, WIDTH)) {
            session.run(Map.of("past", cache, "place", placeTensor, "row", rowTensor), Map.of("present", cache, "total", total), Optional.empty());
        }
    }

    @Test
    void aTensorMayBeASliceOfALargerBuffer() {
        ByteBuffer both = floats(6);
        for (int i = 0; i < 6; i++) {
            both.putFloat(i * 4, i);
        }
        ByteBuffer sum = floats(3);
        try (OnnxSession session = OnnxSession.open(TestGraphs.path("sums"), OnnxOptions.defaults());
                OnnxTensor left = OnnxTensors.over(both.slice(0, 12), ElementKind.FLOAT32, 1, 3);
                OnnxTensor right = OnnxTensors.over(both.slice(12, 12), ElementKind.FLOAT32, 1, 3);
                OnnxTensor pinned = OnnxTensors.over(sum, ElementKind.FLOAT32, 1, 3)) {
            session.run(Map.of("left", left, "right", right), Map.of("sum", pinned), Optional.empty());
        }
        assertEquals(3f, sum.asFloatBuffer().get(0));
        assertEquals(5f, sum.asFloatBuffer().get(1));
        assertEquals(7f, sum.asFloatBuffer().get(2));
    }

    @Test
    void heapBuffersAndWrongSizesAreRefused() {
        assertThrows(EngineException.class, () -> OnnxTensors.over(ByteBuffer.allocate(12), ElementKind.FLOAT32, 1, 3));
        assertThrows(EngineException.class, () -> OnnxTensors.over(ByteBuffer.allocateDirect(8), ElementKind.FLOAT32, 1, 3));
    }

    private static ByteBuffer floats(int count) {
        return ByteBuffer.allocateDirect(count * 4).order(ByteOrder.LITTLE_ENDIAN);
    }
}
