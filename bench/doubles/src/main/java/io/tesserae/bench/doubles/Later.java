package io.tesserae.bench.doubles;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The clock of all doubles: runs what is due, and nothing that takes long. */
final class Later {

    private static final ScheduledThreadPoolExecutor CLOCK = new ScheduledThreadPoolExecutor(1, work -> {
        Thread thread = new Thread(work, "doubles-clock");
        thread.setDaemon(true);
        return thread;
    });

    private Later() {
    }

    /** Runs {@code work} at that {@link System#nanoTime}; soon, where it has passed. */
    static void at(long nanos, Runnable work) {
        CLOCK.schedule(work, Math.max(0, nanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
}
