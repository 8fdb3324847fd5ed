package io.tesserae.gateway.caller;

import java.util.function.LongSupplier;

/**
 * So many at once, and as many again in each period, steadily. What is charged afterwards may bring it below zero: then nothing is given
 * until it has recovered. Thread-safe.
 */
final class TokenBucket {

    private final double capacity;
    private final double perNano;
    private final LongSupplier clock;
    private double level;
    private long seen;

    /**
     * @param clock nanoseconds, as of {@link System#nanoTime}
     */
    TokenBucket(long capacity, long periodNanos, LongSupplier clock) {
        this.capacity = capacity;
        this.perNano = (double) capacity / periodNanos;
        this.clock = clock;
        level = capacity;
        seen = clock.getAsLong();
    }

    /** Takes one, if there is one. */
    synchronized boolean take() {
        refill();
        if (level < 1) {
            return false;
        }
        level--;
        return true;
    }

    /** Whether anything is left. */
    synchronized boolean isOpen() {
        refill();
        return level >= 1;
    }

    /** Takes what was spent, whether it is there or not. */
    synchronized void charge(double spent) {
        refill();
        level -= spent;
    }

    /** Whole ones that are left, at least 0. */
    synchronized long remaining() {
        refill();
        return (long) Math.max(0, Math.floor(level));
    }

    long capacity() {
        return (long) capacity;
    }

    /** Nanoseconds until there is one; 0 where there is. */
    synchronized long untilOne() {
        refill();
        return until(Math.min(1, capacity));
    }

    /** Nanoseconds until it is full. */
    synchronized long untilFull() {
        refill();
        return until(capacity);
    }

    private long until(double wanted) {
        return level >= wanted ? 0 : (long) Math.ceil((wanted - level) / perNano);
    }

    private void refill() {
        long now = clock.getAsLong();
        level = Math.min(capacity, level + (now - seen) * perNano);
        seen = now;
    }
}
