package io.tesserae.llm.scheduler;

import io.tesserae.contract.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Embeddings of one slot as they came over the wire, [token, hidden] in float32, float16 or bfloat16; turned to float32 when they are used. */
final class SlotEmbeddings {

    private SlotEmbeddings() {
    }

    /** Copies {@code count} elements from element {@code from} on into {@code into} at {@code at}. */
    static void copy(Tensor embeddings, int from, int count, FloatBuffer into, int at) {
        ByteBuffer data = embeddings.data();
        switch (embeddings.kind()) {
            case FLOAT32 -> into.put(at, embeddings.floats(), from, count);
            case FLOAT16 -> {
                for (int i = 0; i < count; i++) {
                    into.put(at + i, ofHalf(data.getShort(2 * (from + i))));
                }
            }
            case BFLOAT16 -> {
                for (int i = 0; i < count; i++) {
                    into.put(at + i, Float.intBitsToFloat(data.getShort(2 * (from + i)) << 16));
                }
            }
            default -> throw new IllegalArgumentException("embeddings must be float32, float16 or bfloat16, not " + embeddings.kind());
        }
    }

    /** IEEE 754 binary16 to binary32, exactly; Java has this itself from 20 on. */
    static float ofHalf(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1F;
        int fraction = half & 0x3FF;
        if (exponent == 0) {
            float subnormal = fraction * 0x1.0p-24f;
            return sign == 0 ? subnormal : -subnormal;
        }
        int wide = exponent == 0x1F ? 0xFF : exponent + 112;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }
}
