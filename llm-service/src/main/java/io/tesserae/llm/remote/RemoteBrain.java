package io.tesserae.llm.remote;

import io.tesserae.contract.failure.Failure;

/**
 * An engine that computes whole answers elsewhere. Thread-safe. Opening one reaches nobody: whether it can be reached, and holds the model that is meant, it finds
 * out by itself in the background, again and again, and tells by {@link #check}.
 */
public interface RemoteBrain extends AutoCloseable {

    /** What kind of engine this is, for cards, metrics and messages, such as {@code vllm}. */
    String name();

    /** Returns if an answer could begin now; throws a {@link Failure} that says why not. Cheap and never waits: readiness and every request ask it. */
    void check();

    /**
     * Throws a {@link Failure} that names the field, as {@code start.sampling.top_k}, where a request asks for what this engine cannot do. Its embeddings are
     * not looked at.
     */
    void requireSupported(RemoteRequest request);

    /**
     * Begins an answer on one of the engine's addresses. Never throws and never waits: what goes wrong is told to the listener, and an engine that cannot be
     * reached there is STAGE_UNAVAILABLE, after which the same request may be begun again with what was generated so far.
     */
    Run begin(RemoteRequest request, RemoteListener listener);

    /** Ends every answer with STAGE_UNAVAILABLE and lets go of all connections. */
    @Override
    void close();

    /** An answer under way. */
    interface Run {

        /** Nobody wants the rest: the engine stops computing it. What the listener still hears may be ignored. Harmless once the answer has ended. */
        void cancel();
    }
}
