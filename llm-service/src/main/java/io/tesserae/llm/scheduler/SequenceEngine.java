package io.tesserae.llm.scheduler;

import java.time.Duration;

/** Answers sequences, here or elsewhere. Every method may be called from any thread. */
public interface SequenceEngine extends AutoCloseable {

    /** What computes, for cards and logs, such as {@code onnx}. */
    String name();

    /** Refuses work that there is no room for, before anything is done for it: throws QUEUE_FULL, or STAGE_UNAVAILABLE when stopping or out of reach. */
    void requireRoom();

    /** Throws STAGE_UNAVAILABLE, saying why, where what computes is out of reach. */
    void requireReach();

    /** Takes a sequence in. Its listener hears how it ends, unless this throws as {@link #requireRoom} does. */
    void submit(Sequence sequence);

    /** Something changed that this sequence may be waiting for: embeddings came, or its caller went. */
    void wake(Sequence sequence);

    /** Sequences that are computed at once. */
    int slots();

    /** Whether new work is taken. */
    boolean accepting();

    /** Refuses new work and waits until what runs is done, but no longer than that. */
    void drain(Duration patience);

    /** Ends what is left with STAGE_UNAVAILABLE and lets go of everything. */
    @Override
    void close();
}
