package io.tesserae.llm.decoder;

import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import sun.misc.Unsafe;

/** Memory outside the heap, freed when told to: waiting for a garbage collection would hold two KV caches at once. */
final class DirectMemory {

    private static final Unsafe UNSAFE = unsafe();

    private DirectMemory() {
    }

    /** Zeroed memory in native order. */
    static ByteBuffer allocate(long bytes) {
        return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }

    /** Frees a buffer from {@link #allocate}; nothing may read it after. */
    static void free(ByteBuffer buffer) {
        UNSAFE.invokeCleaner(buffer);
    }

    private static Unsafe unsafe() {
        try {
            Field field = Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return (Unsafe) field.get(null);
        } catch (ReflectiveOperationException absent) {
            throw new ExceptionInInitializerError(absent);
        }
    }
}
