package io.tesserae.gateway.stage;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What one question's brain was given to see, kept until its answers have ended, so that they can go on elsewhere. Thread-safe.
 */
public final class SentEmbeddings {

    private final HandoverMemory memory;
    private final Map<Integer, EyeOutput.Embeddings> kept = new TreeMap<>();
    private long bytes;
    private boolean lost;
    private boolean over;

    SentEmbeddings(HandoverMemory memory) {
        this.memory = memory;
    }

    /** A slot's embeddings are there. */
    public synchronized void keep(int slot, EyeOutput.Embeddings embeddings) {
        if (over || lost || kept.containsKey(slot)) {
            return;
        }
        long size = bytesOf(embeddings);
        if (memory.take(size)) {
            bytes += size;
            kept.put(slot, embeddings);
        } else {
            lost = true;
            letGo();
        }
    }

    /** Whether all that came is still here. */
    synchronized boolean whole() {
        return !lost;
    }

    synchronized void each(BiConsumer<Integer, EyeOutput.Embeddings> taker) {
        kept.forEach(taker);
    }

    /** The answers have ended. */
    public synchronized void release() {
        over = true;
        letGo();
    }

    private void letGo() {
        kept.clear();
        memory.give(bytes);
        bytes = 0;
    }

    private static long bytesOf(EyeOutput.Embeddings embeddings) {
        return embeddings.tokens().data().remaining()
                + embeddings.levels().stream().mapToLong(level -> level.data().remaining()).sum();
    }
}
