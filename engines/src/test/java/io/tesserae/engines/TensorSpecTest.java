package io.tesserae.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TensorSpecTest {

    private final TensorSpec spec = new TensorSpec("x", ElementKind.FLOAT32, new long[] {TensorSpec.ANY, 3});

    @Test
    void anOpenExtentTakesAny() {
        assertEquals(Optional.empty(), spec.mismatch(Tensor.ofFloats(new float[6], 2, 3)));
        assertEquals(Optional.empty(), spec.mismatch(Tensor.ofFloats(new float[0], 0, 3)));
    }

    @Test
    void saysWhatDoesNotFit() {
        assertEquals("is INT64, must be FLOAT32", spec.mismatch(Tensor.ofLongs(new long[3], 1, 3)).orElseThrow());
        assertEquals("has shape [2, 4], must be [any, 3]", spec.mismatch(Tensor.ofFloats(new float[8], 2, 4)).orElseThrow());
        assertTrue(spec.mismatch(Tensor.ofFloats(new float[3], 3)).isPresent());
    }

    @Test
    void aRowLacksTheBatchAxis() {
        assertEquals(new TensorSpec("x", ElementKind.FLOAT32, new long[] {3}), spec.ofRow());
        assertThrows(EngineException.class, () -> new TensorSpec("s", ElementKind.FLOAT32, new long[0]).ofRow());
    }
}
