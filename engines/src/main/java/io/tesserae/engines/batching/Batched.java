package io.tesserae.engines.batching;

import java.time.Duration;

/**
 * One item's result.
 *
 * @param queued    from its arrival until its run started
 * @param run       length of that run
 * @param batchSize items of that run
 */
public record Batched<O>(O value, Duration queued, Duration run, int batchSize) {
}
