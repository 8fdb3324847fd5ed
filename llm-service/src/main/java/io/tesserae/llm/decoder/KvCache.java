package io.tesserae.llm.decoder;

import java.nio.ByteBuffer;

/**
 * Keys and values of all rows: for each layer two buffers [row, kv_head, capacity, head_dim], which the graph reads and writes in place.
 * Rows and capacity grow by a quarter at least, up to their bounds: memory that a JVM gives is written with zeros, so what is taken in advance counts at once.
 */
final class KvCache implements AutoCloseable {

    /** Capacities are multiples of this many tokens. */
    private static final int CAPACITY_UNIT = 256;

    private final BrainShape shape;
    private final int mostRows;
    private final long mostBytes;
    /** [2 · layer + (0 key, 1 value)] */
    private final ByteBuffer[] buffers;
    private byte[] moved = new byte[0];
    private int rows;
    private int capacity;

    KvCache(BrainShape shape, int mostRows, long mostBytes) {
        this.shape = shape;
        this.mostRows = mostRows;
        this.mostBytes = mostBytes;
        this.buffers = new ByteBuffer[2 * shape.layers()];
    }

    int rows() {
        return rows;
    }

    int capacity() {
        return capacity;
    }

    long bytes() {
        return bytes(rows, capacity);
    }

    private long bytes(long someRows, long tokens) {
        return someRows * tokens * shape.kvBytesPerToken();
    }

    boolean holds(int wantedRows, int wantedTokens) {
        return wantedRows <= rows && wantedTokens <= capacity;
    }

    /**
     * Grows to at least that; the first {@code rowsInUse} rows are kept, of which there must be no more than are wanted. Rows that nobody uses are given up
     * where memory for them is wanted otherwise. Tensors over the old buffers must be closed before. Throws {@link KvCacheFullException}, and is then as before.
     */
    void grow(int wantedRows, int wantedTokens, int rowsInUse) {
        int newRows = wantedRows <= rows ? rows : Math.min(mostRows, Math.max(wantedRows, rows + rows / 4));
        int newCapacity = wantedTokens <= capacity ? capacity : Math.min(shape.context(), rounded(Math.max(wantedTokens, capacity + capacity / 4)));
        if (bytes(newRows, newCapacity) > mostBytes) {
            newRows = wantedRows;
        }
        if (bytes(newRows, newCapacity) > mostBytes) {
            newCapacity = Math.max(wantedTokens, (int) Math.min(newCapacity, mostBytes / bytes(newRows, 1)));
        }
        if (bytes(newRows, newCapacity) > mostBytes) {
            throw new KvCacheFullException(bytes(newRows, newCapacity), null);
        }
        ByteBuffer[] grown = new ByteBuffer[buffers.length];
        int oldCapacity = capacity;
        int copied = Math.min(capacity, newCapacity);
        try {
            // All at once, so that a failure leaves the old cache whole.
            for (int i = 0; i < grown.length; i++) {
                grown[i] = DirectMemory.allocate((long) newRows * newCapacity * headBytes() * shape.kvHeads());
            }
        } catch (OutOfMemoryError | ArithmeticException full) {
            free(grown);
            throw new KvCacheFullException(bytes(newRows, newCapacity), full);
        }
        for (int i = 0; i < grown.length; i++) {
            for (int head = 0; head < Math.min(rowsInUse, rows) * shape.kvHeads(); head++) {
                grown[i].put(head * newCapacity * headBytes(), buffers[i], head * oldCapacity * headBytes(), copied * headBytes());
            }
        }
        free(buffers);
        System.arraycopy(grown, 0, buffers, 0, grown.length);
        rows = newRows;
        capacity = newCapacity;
    }

    private static int rounded(int tokens) {
        return (tokens + CAPACITY_UNIT - 1) / CAPACITY_UNIT * CAPACITY_UNIT;
    }

    /** Bytes of one position of one head. */
    private int headBytes() {
        return shape.headDim() * Float.BYTES;
    }

    private int rowBytes() {
        return shape.kvHeads() * capacity * headBytes();
    }

    /** Memory of neighbouring rows of a layer's keys (0) or values (1), [row, kv_head, capacity, head_dim]. */
    ByteBuffer slice(int layer, int part, int firstRow, int count) {
        return buffers[2 * layer + part].slice(firstRow * rowBytes(), count * rowBytes());
    }

    /** Copies the first tokens of one row over another; of none, also to and from rows that there is no memory for yet. */
    void copyRow(int from, int to, int tokens) {
        for (ByteBuffer buffer : buffers) {
            for (int head = 0; tokens > 0 && head < shape.kvHeads(); head++) {
                int offset = head * capacity * headBytes();
                buffer.put(to * rowBytes() + offset, buffer, from * rowBytes() + offset, tokens * headBytes());
            }
        }
    }

    void swapRows(int one, int other, int tokens) {
        int bytes = tokens * headBytes();
        if (moved.length < bytes) {
            moved = new byte[bytes];
        }
        for (ByteBuffer buffer : buffers) {
            for (int head = 0; head < shape.kvHeads(); head++) {
                int first = one * rowBytes() + head * capacity * headBytes();
                int second = other * rowBytes() + head * capacity * headBytes();
                buffer.get(first, moved, 0, bytes);
                buffer.put(first, buffer, second, bytes);
                buffer.put(second, moved, 0, bytes);
            }
        }
    }

    /** Frees all memory; the next {@link #grow} begins anew. */
    @Override
    public void close() {
        free(buffers);
        rows = 0;
        capacity = 0;
    }

    private static void free(ByteBuffer[] buffers) {
        for (int i = 0; i < buffers.length; i++) {
            if (buffers[i] != null) {
                DirectMemory.free(buffers[i]);
                buffers[i] = null;
            }
        }
    }
}
