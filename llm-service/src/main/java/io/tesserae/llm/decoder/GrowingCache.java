package io.tesserae.llm.decoder;

import io.tesserae.contract.tensor.ElementKind;
import java.nio.ByteBuffer;

/**
 * Keys and values of one sequence for graphs that give a longer cache back than they took: [1, kv_head, length, head_dim], packed. For each layer's keys and
 * values there are two buffers, what a run reads and what it writes; {@link #ran} exchanges them. Both grow by doubling.
 */
final class GrowingCache implements AutoCloseable {

    private static final int FIRST_CAPACITY = 256;

    private final BrainShape shape;
    private final ElementKind kind;
    /** [2 · layer + (0 key, 1 value)]; null while nothing is held. */
    private ByteBuffer[] read;
    private ByteBuffer[] write;
    private int capacity;
    private int length;

    GrowingCache(BrainShape shape, ElementKind kind) {
        this.shape = shape;
        this.kind = kind;
        this.read = new ByteBuffer[2 * shape.layers()];
        this.write = new ByteBuffer[2 * shape.layers()];
    }

    /** Tokens that it holds. */
    int length() {
        return length;
    }

    long bytes() {
        return 2L * read.length * tokenBytes() * capacity;
    }

    /** Bytes of one token in one buffer. */
    private int tokenBytes() {
        return shape.kvHeads() * headBytes();
    }

    private int headBytes() {
        return shape.headDim() * kind.bytes();
    }

    /** Makes room for that many tokens; what it holds stays. Throws {@link KvCacheFullException} where there is no memory; it then stays as it was. */
    void reserve(int tokens) {
        if (tokens <= capacity) {
            return;
        }
        int grown = Math.max(FIRST_CAPACITY, capacity);
        while (grown < tokens) {
            grown *= 2;
        }
        grown = Math.max(tokens, Math.min(grown, shape.context()));
        ByteBuffer[] newRead = new ByteBuffer[read.length];
        ByteBuffer[] newWrite = new ByteBuffer[read.length];
        try {
            for (int i = 0; i < read.length; i++) {
                newRead[i] = DirectMemory.allocate((long) grown * tokenBytes());
                newWrite[i] = DirectMemory.allocate((long) grown * tokenBytes());
            }
        } catch (OutOfMemoryError | ArithmeticException full) {
            free(newRead);
            free(newWrite);
            throw new KvCacheFullException(2L * read.length * tokenBytes() * grown, full);
        }
        for (int i = 0; i < read.length && length > 0; i++) {
            newRead[i].put(0, read[i], 0, length * tokenBytes());
        }
        free(read);
        free(write);
        read = newRead;
        write = newWrite;
        capacity = grown;
    }

    /** Adds past and present tensors for a run that appends {@code count} tokens, for which there must be room. */
    void bind(Binding binding, int count) {
        for (int i = 0; i < read.length; i++) {
            String name = i / 2 + (i % 2 == 0 ? ".key" : ".value");
            binding.input("past_key_values." + name, read[i], kind, 1, shape.kvHeads(), length, shape.headDim());
            binding.output("present." + name, write[i], kind, 1, shape.kvHeads(), length + count, shape.headDim());
        }
    }

    /** That run is over. */
    void ran(int count) {
        ByteBuffer[] written = write;
        write = read;
        read = written;
        length += count;
    }

    /** Keeps the first tokens alone. */
    void cut(int tokens) {
        if (tokens == length) {
            return;
        }
        if (tokens > length) {
            throw new IllegalStateException("the cache holds " + length + " tokens, not " + tokens);
        }
        for (int i = 0; i < read.length && tokens > 0; i++) {
            for (int head = 0; head < shape.kvHeads(); head++) {
                write[i].put(head * tokens * headBytes(), read[i], head * length * headBytes(), tokens * headBytes());
            }
        }
        if (tokens > 0) {
            ran(0);
        }
        length = tokens;
    }

    /** Becomes a copy of another's first tokens. */
    void copyOf(GrowingCache other, int tokens) {
        reserve(tokens);
        length = tokens;
        for (int i = 0; i < read.length && tokens > 0; i++) {
            for (int head = 0; head < shape.kvHeads(); head++) {
                read[i].put(head * tokens * headBytes(), other.read[i], head * other.length * headBytes(), tokens * headBytes());
            }
        }
    }

    private static void free(ByteBuffer[] buffers) {
        for (int i = 0; i < buffers.length; i++) {
            if (buffers[i] != null) {
                DirectMemory.free(buffers[i]);
                buffers[i] = null;
            }
        }
    }

    @Override
    public void close() {
        free(read);
        free(write);
        capacity = 0;
        length = 0;
    }
}
