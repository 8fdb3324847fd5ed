package io.tesserae.engines;

import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** Floating-point numbers of two bytes: IEEE 754 binary16, and bfloat16. Java has them as numbers only from release 20 on. */
public final class Float16 {

    /** The value of each of the 65,536 binary16 patterns. */
    private static final float[] VALUES = new float[1 << 16];

    static {
        for (int bits = 0; bits < VALUES.length; bits++) {
            VALUES[bits] = decode(bits);
        }
    }

    private Float16() {
    }

    /** The value of a binary16 pattern, exact. */
    public static float toFloat(short bits) {
        return VALUES[bits & 0xffff];
    }

    /** The nearest binary16 pattern, ties to even; values beyond 65504 by half a step or more become infinite. */
    public static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fff_ffff;
        if (magnitude > 0x7f80_0000) {
            return (short) (sign | 0x7e00 | magnitude >>> 13 & 0x1ff);
        }
        if (magnitude >= 0x477f_f000) {
            return (short) (sign | 0x7c00);
        }
        if (magnitude < 0x3880_0000) {
            // Subnormal: adding 0.5 lines the bits up with the smallest step, and the addition itself rounds half to even.
            float aligned = Float.intBitsToFloat(magnitude) + 0.5f;
            return (short) (sign | Float.floatToRawIntBits(aligned) - 0x3f00_0000);
        }
        int roundedHalfEven = magnitude + 0xfff + (magnitude >>> 13 & 1);
        return (short) (sign | (roundedHalfEven >>> 13) - (112 << 10));
    }

    /** Whether elements of one floating-point kind can be written as the other here. */
    public static boolean converts(ElementKind from, ElementKind to) {
        boolean read = from == ElementKind.FLOAT32 || from == ElementKind.FLOAT16 || from == ElementKind.BFLOAT16;
        return from == to || read && (to == ElementKind.FLOAT32 || to == ElementKind.FLOAT16);
    }

    /** That tensor as another floating-point kind: itself where it is of that kind, else a copy in the heap. */
    public static Tensor as(ElementKind kind, Tensor tensor) {
        if (tensor.kind() == kind) {
            return tensor;
        }
        long bytes = Tensor.elements(tensor.shape()) * kind.bytes();
        ByteBuffer target = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        write(tensor, kind, target);
        return new Tensor(kind, tensor.shape(), target.rewind());
    }

    /** Writes a tensor's elements as {@code kind} from the target's position on, little-endian; the position stays. */
    public static void write(Tensor tensor, ElementKind kind, ByteBuffer target) {
        ByteBuffer out = target.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (tensor.kind() == kind) {
            out.put(tensor.data());
        } else if (kind == ElementKind.FLOAT32 && tensor.kind() == ElementKind.FLOAT16) {
            widen(tensor.data().asShortBuffer(), out.asFloatBuffer());
        } else if (kind == ElementKind.FLOAT32 && tensor.kind() == ElementKind.BFLOAT16) {
            widenBrain(tensor.data().asShortBuffer(), out.asFloatBuffer());
        } else if (kind == ElementKind.FLOAT16 && tensor.kind() == ElementKind.FLOAT32) {
            narrow(tensor.data().asFloatBuffer(), out.asShortBuffer());
        } else if (kind == ElementKind.FLOAT16 && tensor.kind() == ElementKind.BFLOAT16) {
            write(as(ElementKind.FLOAT32, tensor), kind, target);
        } else {
            throw new IllegalArgumentException(tensor.kind() + " cannot be written as " + kind);
        }
    }

    private static void widen(ShortBuffer from, FloatBuffer to) {
        while (from.hasRemaining()) {
            to.put(toFloat(from.get()));
        }
    }

    private static void widenBrain(ShortBuffer from, FloatBuffer to) {
        while (from.hasRemaining()) {
            to.put(Float.intBitsToFloat(from.get() << 16));
        }
    }

    private static void narrow(FloatBuffer from, ShortBuffer to) {
        while (from.hasRemaining()) {
            to.put(fromFloat(from.get()));
        }
    }

    private static float decode(int bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >>> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0x1f) {
            return Float.intBitsToFloat(sign | 0x7f80_0000 | fraction << 13);
        }
        if (exponent == 0) {
            float value = fraction * 0x1p-24f;
            return sign == 0 ? value : -value;
        }
        return Float.intBitsToFloat(sign | exponent + 112 << 23 | fraction << 13);
    }
}
