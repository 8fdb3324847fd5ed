package io.tesserae.engines.batching;

import java.time.Duration;

/**
 * Bounds of a batcher.
 *
 * @param name      what waits in it, for threads and messages, such as {@code encode}
 * @param maxBatch  most items in one run
 * @param maxDelay  longest wait of an item for company while a run could start
 * @param queueSize most items waiting; more are refused
 * @param runs      runs under way at once; 1 where a run uses the whole machine
 * @param drain     longest time that closing waits for what was accepted
 */
public record BatchOptions(String name, int maxBatch, Duration maxDelay, int queueSize, int runs, Duration drain) {

    public BatchOptions {
        atLeastOne("max-batch", maxBatch);
        atLeastOne("queue-size", queueSize);
        atLeastOne("runs", runs);
        if (maxDelay.isNegative()) {
            throw new IllegalArgumentException("max-delay must not be negative: " + maxDelay);
        }
    }

    private static void atLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, not " + value);
        }
    }
}
