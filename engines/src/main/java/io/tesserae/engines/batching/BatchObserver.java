package io.tesserae.engines.batching;

import java.time.Duration;
import java.util.List;

/** Hears of every run, for metrics. Called on the thread that ran; must not block or throw. */
@FunctionalInterface
public interface BatchObserver {

    /** @param waits how long each item of the batch had waited when the run started */
    void ran(Duration run, List<Duration> waits);

    /** Hears nothing. */
    static BatchObserver none() {
        return (run, waits) -> { };
    }
}
