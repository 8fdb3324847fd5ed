package io.tesserae.contract.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A dense tensor. Elements are row-major and little-endian between the buffer's position and its limit.
 *
 * <p>The buffer is shared, never copied: whoever receives a tensor must not write to it, since in-process calls pass it by
 * reference.
 */
public record Tensor(ElementKind kind, long[] shape, ByteBuffer data) {

    public Tensor {
        Objects.requireNonNull(kind, "kind");
        shape = shape.clone();
        data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
        long expected = bytes(kind, shape);
        if (data.remaining() != expected) {
            throw new IllegalArgumentException("a " + kind + " tensor of shape " + Arrays.toString(shape) + " takes "
                    + expected + " bytes, not " + data.remaining());
        }
    }

    /** A float32 tensor over a copy of {@code values}. */
    public static Tensor ofFloats(float[] values, long... shape) {
        ByteBuffer data = ByteBuffer.allocateDirect(Math.multiplyExact(values.length, 4)).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor(ElementKind.FLOAT32, shape, data);
    }

    /** An int64 tensor over a copy of {@code values}. */
    public static Tensor ofLongs(long[] values, long... shape) {
        ByteBuffer data = ByteBuffer.allocateDirect(Math.multiplyExact(values.length, 8)).order(ByteOrder.LITTLE_ENDIAN);
        data.asLongBuffer().put(values);
        return new Tensor(ElementKind.INT64, shape, data);
    }

    private static long bytes(ElementKind kind, long[] shape) {
        try {
            return Math.multiplyExact(elements(shape), kind.bytes());
        } catch (ArithmeticException overflow) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " is too large", overflow);
        }
    }

    /** Product of a shape's extents; 1 for a scalar. Throws {@link IllegalArgumentException} on a negative extent or overflow. */
    public static long elements(long[] shape) {
        long count = 1;
        for (long extent : shape) {
            if (extent < 0) {
                throw new IllegalArgumentException("negative extent in shape " + Arrays.toString(shape));
            }
            try {
                count = Math.multiplyExact(count, extent);
            } catch (ArithmeticException overflow) {
                throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " is too large", overflow);
            }
        }
        return count;
    }

    /** A fresh view of the elements, little-endian, position 0. */
    @Override
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The shape; the caller may keep it. */
    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** Number of axes. */
    public int rank() {
        return shape.length;
    }

    /** Extent of one axis. */
    public long extent(int axis) {
        return shape[axis];
    }

    /** A view of a float32 tensor's elements. */
    public FloatBuffer floats() {
        if (kind != ElementKind.FLOAT32) {
            throw new IllegalStateException("tensor is " + kind + ", not FLOAT32");
        }
        return data().asFloatBuffer();
    }

    /** The same elements under another shape of the same size. */
    public Tensor reshaped(long... newShape) {
        return new Tensor(kind, newShape, data());
    }

    /** The {@code index}-th slice along the outermost axis, without that axis; shares memory. */
    public Tensor row(int index) {
        long[] rest = Arrays.copyOfRange(shape, 1, shape.length);
        int bytes = Math.toIntExact(elements(rest) * kind.bytes());
        return new Tensor(kind, rest, data.slice(Math.multiplyExact(index, bytes), bytes));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor tensor && kind == tensor.kind && Arrays.equals(shape, tensor.shape)
                && data.equals(tensor.data);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + data.hashCode();
    }

    @Override
    public String toString() {
        return kind + Arrays.toString(shape);
    }
}
