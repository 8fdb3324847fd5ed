package io.tesserae.llm.scheduler;

import io.tesserae.llm.config.LlmConfig;
import java.time.Duration;

/**
 * Bounds of the scheduler, as {@link LlmConfig} describes them.
 *
 * @param chunk             tokens of a prompt that are computed at once
 * @param chunkBesideDecode the same, while answers are being written
 * @param queueCapacity     sequences that may wait
 */
public record Limits(int chunk, int chunkBesideDecode, int queueCapacity, Duration embeddingsTimeout, Duration idleRelease) {

    public static Limits of(LlmConfig config) {
        return new Limits(atLeastOne("prefill-chunk", config.prefillChunk()), atLeastOne("prefill-chunk-beside-decode", config.prefillChunkBesideDecode()),
                atLeastOne("queue-capacity", config.queueCapacity()), config.embeddingsTimeout(), config.idleRelease());
    }

    private static int atLeastOne(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("tesserae.llm." + key + " must be at least 1, not " + value);
        }
        return value;
    }
}
