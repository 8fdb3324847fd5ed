package io.tesserae.llm.scheduler;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** The engine's door: counts who is inside, refuses whom there is no room for, and closes for good. Any thread may knock. */
final class Intake {

    private static final int MOST_RETRY_SECONDS = 60;

    private final int capacity;
    private final int rows;
    private final Queue<Sequence> arrivals = new ArrayDeque<>();
    /** Sequences that have neither a row nor an end. */
    private int waiting;
    /** Sequences that have no end. */
    private int alive;
    private boolean closed;
    /** A moving average of what one sequence keeps its row for. */
    private double secondsPerSequence = 1;

    Intake(int capacity, int rows) {
        this.capacity = capacity;
        this.rows = rows;
    }

    /** Throws QUEUE_FULL with the seconds after which there should be room, or STAGE_UNAVAILABLE once closed. */
    synchronized void requireRoom() {
        if (closed) {
            throw Failure.of(Reason.STAGE_UNAVAILABLE, "the llm service is shutting down");
        }
        if (waiting >= capacity) {
            int seconds = (int) Math.min(MOST_RETRY_SECONDS, Math.ceil(waiting * secondsPerSequence / rows));
            throw Failure.overload(Reason.QUEUE_FULL, seconds, waiting + " requests are waiting already");
        }
    }

    /** Lets a sequence in; throws as {@link #requireRoom} does. */
    synchronized void enter(Sequence sequence) {
        requireRoom();
        waiting++;
        alive++;
        arrivals.add(sequence);
    }

    /** The next sequence that came in, or null. */
    synchronized Sequence next() {
        return arrivals.poll();
    }

    /** Whether somebody came in whom {@link #next} has not given yet. */
    synchronized boolean arrived() {
        return !arrivals.isEmpty();
    }

    /** A sequence was given a row. */
    synchronized void seated() {
        waiting--;
    }

    /** A sequence lost its row and waits again. */
    synchronized void unseated() {
        waiting++;
    }

    /** A sequence ended. */
    synchronized void left(boolean hadRow) {
        waiting -= hadRow ? 0 : 1;
        alive--;
        notifyAll();
    }

    /** A sequence kept its row for that long. */
    synchronized void took(double seconds) {
        secondsPerSequence += 0.1 * (seconds - secondsPerSequence);
    }

    synchronized boolean open() {
        return !closed;
    }

    /** Lets nobody in any more. */
    synchronized void close() {
        closed = true;
    }

    /** Waits until all have left, but no longer than that. */
    synchronized void awaitEmpty(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            for (long left = patience.toNanos(); alive > 0 && left > 0; left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
