package io.tesserae.contract.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.tensor.v1.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {

    @Test
    void elementsAreLittleEndianWhateverTheBufferSays() {
        ByteBuffer bigEndian = ByteBuffer.allocate(8).order(ByteOrder.BIG_ENDIAN).put(new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40}).flip();
        Tensor tensor = new Tensor(ElementKind.FLOAT32, new long[] {2}, bigEndian);
        assertEquals(1f, tensor.floats().get(0));
        assertEquals(2f, tensor.floats().get(1));
    }

    @Test
    void readingLeavesTheTensorAsItWas() {
        Tensor tensor = Tensor.ofFloats(new float[] {1, 2, 3, 4}, 2, 2);
        tensor.data().getFloat();
        tensor.floats().get();
        tensor.shape()[0] = 9;
        assertEquals(1f, tensor.floats().get());
        assertArrayEquals(new long[] {2, 2}, tensor.shape());
    }

    @Test
    void rowsAndOtherShapesShareMemory() {
        Tensor tensor = Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        Tensor row = tensor.row(1);
        assertArrayEquals(new long[] {2}, row.shape());
        assertEquals(Tensor.ofFloats(new float[] {3, 4}, 2), row);
        tensor.floats().put(2, 30);
        assertEquals(30f, row.floats().get(0));
        assertEquals(30f, tensor.reshaped(6).floats().get(2));
        assertThrows(IllegalArgumentException.class, () -> tensor.reshaped(7));
        assertThrows(IndexOutOfBoundsException.class, () -> tensor.row(3));
    }

    @Test
    void scalarsAndEmptyTensorsAreTensors() {
        assertEquals(7, Tensor.ofLongs(new long[] {7}).data().getLong());
        assertEquals(0, Tensor.ofFloats(new float[0], 0, 576).data().remaining());
        assertEquals(1, Tensor.elements(new long[0]));
    }

    @Test
    void bytesMustFitTheShape() {
        IllegalArgumentException wrong = assertThrows(IllegalArgumentException.class,
                () -> new Tensor(ElementKind.FLOAT16, new long[] {2, 3}, ByteBuffer.allocate(11)));
        assertEquals("a FLOAT16 tensor of shape [2, 3] takes 12 bytes, not 11", wrong.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Tensor(ElementKind.UINT8, new long[] {-1}, ByteBuffer.allocate(0)));
    }

    /** 2^61 elements of 8 bytes are 2^64 bytes, which would pass for none. */
    @Test
    void hugeShapesDoNotWrapAround() {
        assertThrows(IllegalArgumentException.class, () -> new Tensor(ElementKind.INT64, new long[] {1L << 61}, ByteBuffer.allocate(0)));
        assertThrows(IllegalArgumentException.class, () -> Tensor.elements(new long[] {1L << 40, 1L << 40}));
    }

    @Test
    void onlyFloat32IsReadAsFloats() {
        assertThrows(IllegalStateException.class, () -> Tensor.ofLongs(new long[] {1}, 1).floats());
    }

    @Test
    void equalityIsOfKindShapeAndElements() {
        Tensor tensor = Tensor.ofFloats(new float[] {1, 2}, 2);
        assertEquals(tensor, Tensor.ofFloats(new float[] {1, 2}, 2));
        assertEquals(tensor.hashCode(), Tensor.ofFloats(new float[] {1, 2}, 2).hashCode());
        assertNotEquals(tensor, Tensor.ofFloats(new float[] {1, 2}, 1, 2));
        assertNotEquals(tensor, Tensor.ofFloats(new float[] {1, 3}, 2));
    }

    @ParameterizedTest
    @EnumSource(ElementKind.class)
    void kindsKnowTheirWireName(ElementKind kind) {
        assertEquals(kind, ElementKind.of(kind.wire()));
        assertEquals("ELEMENT_TYPE_" + kind.name(), kind.wire().name());
    }

    @Test
    void everyWireNameHasAKind() {
        Set<ElementType> kinds = Stream.of(ElementKind.values()).map(ElementKind::wire).collect(Collectors.toSet());
        kinds.addAll(Set.of(ElementType.ELEMENT_TYPE_UNSPECIFIED, ElementType.UNRECOGNIZED));
        assertEquals(EnumSet.allOf(ElementType.class), kinds);
        for (ElementType silent : Set.of(ElementType.ELEMENT_TYPE_UNSPECIFIED, ElementType.UNRECOGNIZED)) {
            assertTrue(assertThrows(IllegalArgumentException.class, () -> ElementKind.of(silent)).getMessage().startsWith("element_type"));
        }
    }
}
