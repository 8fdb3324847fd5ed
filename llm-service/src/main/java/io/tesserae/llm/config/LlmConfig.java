package io.tesserae.llm.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the brain runs. The model's folder itself is {@code tesserae.model}, which all services share. */
@ConfigMapping(prefix = "tesserae.llm")
public interface LlmConfig {

    /** Threads that compute one step; 0 takes as many as there are processors. */
    @WithDefault("0")
    int threads();

    /** Whether these threads spin between operations: faster where the machine has nothing else to do, many times slower where it has. */
    @WithDefault("false")
    boolean spinning();

    /** Sequences that are computed at once, 1 to 256. Each takes KV cache memory up to the context's length. */
    @WithDefault("8")
    int slots();

    /** Longest prompt plus answer, in tokens; never more than the model's own. 0 takes the model's own. */
    @WithDefault("4096")
    int context();

    /** Tokens of a prompt that are computed at once while no answer is being written. */
    @WithDefault("512")
    int prefillChunk();

    /** Tokens of a prompt that are computed between two steps of answers that are being written: bounds how long those stand still. */
    @WithDefault("128")
    int prefillChunkBesideDecode();

    /** Sequences that may wait for a slot; further ones are refused with QUEUE_FULL. */
    @WithDefault("256")
    int queueCapacity();

    /** How long a sequence waits for the next embeddings of its image slots before it fails. */
    @WithDefault("60s")
    Duration embeddingsTimeout();

    /** How long a caller may leave its stream unread before the stream is ended. */
    @WithDefault("30s")
    Duration slowReaderTimeout();

    /** How long after the last sequence the memory of the KV cache is given back. */
    @WithDefault("60s")
    Duration idleRelease();

    /** How long running answers may go on after the service was told to stop. */
    @WithDefault("25s")
    Duration drainTimeout();
}
