package io.tesserae.contract.channel;

import java.util.function.LongSupplier;

/**
 * How many calls may be made again: a share of all calls, and a few a second whatever happens, so that a stage that struggles is not asked many
 * times over by those who wait for it (the budget of Twitter's Finagle). Unused room is kept for ten seconds at most. Thread-safe.
 */
final class RetryBudget {

    private static final double SECONDS_KEPT = 10;

    private final double share;
    private final double perSecond;
    private final LongSupplier clock;
    private double room;
    private long filled;

    /**
     * @param share     calls made again for each call, 0 to 1
     * @param perSecond calls made again a second beside that
     */
    RetryBudget(double share, double perSecond) {
        this(share, perSecond, System::nanoTime);
    }

    RetryBudget(double share, double perSecond, LongSupplier clock) {
        this.share = share;
        this.perSecond = perSecond;
        this.clock = clock;
        this.room = perSecond;
        this.filled = clock.getAsLong();
    }

    /** A call was made for the first time. */
    synchronized void called() {
        fill();
        // What calls leave behind may be used in a burst as large as what ten seconds leave by themselves, and a share of a thousand calls.
        room = Math.min(room + share, perSecond * SECONDS_KEPT + share * 1000);
    }

    /** Whether a call may be made again now; it then counts. */
    synchronized boolean take() {
        fill();
        if (room < 1) {
            return false;
        }
        room--;
        return true;
    }

    private void fill() {
        long now = clock.getAsLong();
        if (room < perSecond * SECONDS_KEPT) {
            room = Math.min(perSecond * SECONDS_KEPT, room + (now - filled) / 1e9 * perSecond);
        }
        filled = now;
    }
}
