package io.tesserae.llm.scheduler;

import io.tesserae.llm.config.LlmConfig;
import java.time.Duration;

/**
 * Bounds of the scheduler, as {@link LlmConfig} describes them.
 *
 * @param chunk             tokens of a prompt that are computed at once
 * @param chunkBesideDecode the most, while answers are being written
 * @param stretch           how many times as long as without a chunk a step may take with one
 * @param queueCapacity     sequences that may wait
 * @param preemption        whether a sequence may lose its row, and go on later
 */
public record Limits(int chunk, int chunkBesideDecode, double stretch, int queueCapacity, boolean preemption, Duration embeddingsTimeout,
        Duration idleRelease, PrefixReuse reuse, PromptLookup lookup) {

    public static Limits of(LlmConfig config) {
        if (!(config.prefillStretch() > 1)) {
            throw new IllegalArgumentException("tesserae.llm.prefill-stretch must be above 1, not " + config.prefillStretch());
        }
        return new Limits(atLeastOne("prefill-chunk", config.prefillChunk()), atLeastOne("prefill-chunk-beside-decode", config.prefillChunkBesideDecode()),
                config.prefillStretch(), atLeastOne("queue-capacity", config.queueCapacity()), config.preemption(), config.embeddingsTimeout(),
                config.idleRelease(), new PrefixReuse(config.prefixCache().rows(), config.prefixCache().tokens(), config.prefixCache().leastTokens()),
                new PromptLookup(config.speculation().mostTokens(), config.speculation().ngram(), config.speculation().mostRunning()));
    }

    private static int atLeastOne(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("tesserae.llm." + key + " must be at least 1, not " + value);
        }
        return value;
    }
}
