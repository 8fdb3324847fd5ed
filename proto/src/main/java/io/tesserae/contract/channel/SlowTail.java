package io.tesserae.contract.channel;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** When a call is slow, judged by the calls before it: twice as long as all but one in twenty of them took. Thread-safe. */
final class SlowTail {

    private static final int REMEMBERED = 256;
    /** Fewer calls say nothing yet. */
    private static final int ENOUGH = 32;
    private static final int BETWEEN = 16;
    private static final double USUAL = 0.95;
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final long[] took = new long[REMEMBERED];
    private int count;
    private long slow;

    /** A call was answered after that long. */
    synchronized void answered(long nanos) {
        took[count++ % REMEMBERED] = nanos;
        if (count >= ENOUGH && count % BETWEEN == 0) {
            long[] sorted = Arrays.copyOf(took, Math.min(count, REMEMBERED));
            Arrays.sort(sorted);
            slow = Math.max(LEAST_NANOS, 2 * sorted[(int) (USUAL * (sorted.length - 1))]);
        }
    }

    /** After how long a call is slow; empty while too little is known. */
    synchronized Optional<Duration> slow() {
        return slow == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(slow));
    }
}
