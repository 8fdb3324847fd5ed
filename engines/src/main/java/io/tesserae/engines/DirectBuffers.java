package io.tesserae.engines;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Direct buffers that are used again and again. The JVM frees a direct buffer only when its collector happens to meet it;
 * runs that took a new one each time would grow without bound under a quiet collector. Here as many buffers live as were
 * in use at once, each as large as the largest need it met. Thread-safe.
 */
public final class DirectBuffers {

    private final Deque<ByteBuffer> idle = new ArrayDeque<>();
    private long allocated;

    /** A buffer of exactly that many bytes, little-endian, contents undefined. Given back by closing the lease. */
    public synchronized Lease lease(int bytes) {
        ByteBuffer best = null;
        for (ByteBuffer buffer : idle) {
            if (buffer.capacity() >= bytes && (best == null || buffer.capacity() < best.capacity())) {
                best = buffer;
            }
        }
        if (best == null) {
            best = grown(bytes);
        } else {
            idle.removeFirstOccurrence(best);
        }
        return new Lease(best, best.duplicate().clear().limit(bytes).slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    private ByteBuffer grown(int bytes) {
        // An idle buffer that is too small is dropped for the larger one: the pool never holds more than was in use at once.
        Iterator<ByteBuffer> smaller = idle.iterator();
        if (smaller.hasNext()) {
            allocated -= smaller.next().capacity();
            smaller.remove();
        }
        int capacity = bytes <= (1 << 30) ? Math.max(64, Integer.highestOneBit(Math.max(1, bytes - 1)) << 1) : bytes;
        allocated += capacity;
        return ByteBuffer.allocateDirect(capacity);
    }

    /** Bytes of all buffers that this pool made and still knows, leased or idle. */
    public synchronized long allocatedBytes() {
        return allocated;
    }

    private synchronized void giveBack(ByteBuffer whole) {
        idle.addFirst(whole);
    }

    /** A buffer in use. After {@link #close} nobody may touch it. */
    public final class Lease implements AutoCloseable {

        private final ByteBuffer view;
        private ByteBuffer whole;

        private Lease(ByteBuffer whole, ByteBuffer view) {
            this.whole = whole;
            this.view = view;
        }

        /** The buffer, position 0, limit at the bytes asked for. */
        public ByteBuffer buffer() {
            return view.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public void close() {
            if (whole != null) {
                giveBack(whole);
                whole = null;
            }
        }
    }
}
