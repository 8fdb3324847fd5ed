package io.tesserae.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Float16Test {

    @Test
    void everyPatternSurvivesTheWayToFloatAndBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Float16.toFloat((short) bits);
            int expected = Float.isNaN(value) ? bits | 0x200 : bits;
            assertEquals((short) expected, Float16.fromFloat(value), Integer.toHexString(bits));
        }
    }

    @Test
    void everyMidpointRoundsToTheEvenNeighbourAndBesideItToTheNearer() {
        for (int bits = 0; bits < 0x7bff; bits++) {
            float below = Float16.toFloat((short) bits);
            float above = Float16.toFloat((short) (bits + 1));
            float middle = (below + above) / 2;
            assertEquals((bits & 1) == 0 ? bits : bits + 1, Float16.fromFloat(middle) & 0xffff);
            assertEquals(bits, Float16.fromFloat(Math.nextDown(middle)) & 0xffff);
            assertEquals(bits + 1, Float16.fromFloat(Math.nextUp(middle)) & 0xffff);
        }
    }

    /** Values that numpy 2.4.6 gives for {@code numpy.float32(x).astype(numpy.float16).view(numpy.uint16)}. */
    @ParameterizedTest
    @CsvSource({"1, 3c00", "-2, c000", "65504, 7bff", "65519.996, 7bff", "65520, 7c00", "1e30, 7c00", "-1e30, fc00",
            "5.9604645e-8, 1", "2.9802322e-8, 0", "2.98023224e-8, 0", "2.9802326e-8, 1", "6.1035156e-5, 400", "6.0975552e-5, 3ff",
            "0.333333343, 3555", "-0.0, 8000", "3.14159274, 4248", "Infinity, 7c00", "-Infinity, fc00"})
    void numbersBecomeWhatNumpyMakesOfThem(float value, String bits) {
        assertEquals(bits, Integer.toHexString(Float16.fromFloat(value) & 0xffff));
    }

    @Test
    void tensorsConvertBetweenFloatingKinds() {
        Tensor floats = Tensor.ofFloats(new float[] {1, -0.5f, 65504, 0}, 2, 2);
        Tensor halves = Float16.as(ElementKind.FLOAT16, floats);
        assertEquals(8, halves.data().remaining());
        assertEquals(floats, Float16.as(ElementKind.FLOAT32, halves));
        assertSame(floats, Float16.as(ElementKind.FLOAT32, floats));
        ByteBuffer brain = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putShort((short) 0x3f80).putShort((short) 0xbf00).flip();
        Tensor brains = new Tensor(ElementKind.BFLOAT16, new long[] {2}, brain);
        assertEquals(Tensor.ofFloats(new float[] {1, -0.5f}, 2), Float16.as(ElementKind.FLOAT32, brains));
        assertEquals(Float16.as(ElementKind.FLOAT16, Tensor.ofFloats(new float[] {1, -0.5f}, 2)), Float16.as(ElementKind.FLOAT16, brains));
    }

    @Test
    void otherKindsDoNot() {
        assertTrue(Float16.converts(ElementKind.INT64, ElementKind.INT64));
        assertFalse(Float16.converts(ElementKind.INT64, ElementKind.FLOAT32));
        assertFalse(Float16.converts(ElementKind.FLOAT32, ElementKind.BFLOAT16));
        assertThrows(IllegalArgumentException.class, () -> Float16.as(ElementKind.FLOAT32, Tensor.ofLongs(new long[] {1}, 1)));
    }
}
