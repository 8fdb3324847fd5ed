package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.Errand;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes requests on: a bounded number is answered at once, a bounded number waits, the most urgent first and among equals whoever came first;
 * the rest is refused early, the newest of the least urgent before others. A request that is being answered holds a place and no thread: a
 * thousand streams cost what they hold, not what threads cost.
 */
@ApplicationScoped
public class Admission {

    private static final int LONGEST_RETRY_SECONDS = 60;

    private final int mostRunning;
    private final int mostWaiting;
    private final TreeSet<Turn> waiting = new TreeSet<>(Comparator.comparingInt((Turn turn) -> turn.priority).thenComparingLong(turn -> turn.number));
    private int running;
    private long arrivals;
    private double averageSeconds = 1;

    Admission(GatewayConfig config, GatewayMetrics metrics) {
        mostRunning = config.requests().running();
        mostWaiting = Math.max(1, config.requests().waiting());
        metrics.watch(this);
    }

    /**
     * Begins {@code journey} as soon as there is room, and counts it until what it returns is complete. {@code refused} is told where
     * there is no room, or where the request is aborted before its turn comes.
     */
    void admit(Errand errand, Supplier<CompletableFuture<?>> journey, Consumer<Failure> refused) {
        Turn turn = new Turn(errand, journey, refused);
        switch (placeFor(turn)) {
            case RUNNING -> turn.take();
            case WAITING -> turn.leaving = errand.onAbort(() -> {
                if (remove(turn)) {
                    errand.failure().ifPresent(refused);
                }
            });
            case NONE -> refused.accept(overload());
        }
    }

    private enum Place {
        RUNNING,
        WAITING,
        NONE
    }

    private Place placeFor(Turn turn) {
        Turn shed = null;
        synchronized (this) {
            turn.number = arrivals++;
            if (running < mostRunning) {
                running++;
                return Place.RUNNING;
            }
            if (waiting.size() >= mostWaiting) {
                if (turn.priority >= waiting.last().priority) {
                    return Place.NONE;
                }
                shed = waiting.pollLast();
            }
            waiting.add(turn);
        }
        if (shed != null) {
            shed.refuse(overload());
        }
        return Place.WAITING;
    }

    private synchronized boolean remove(Turn turn) {
        return waiting.remove(turn);
    }

    /** A journey is over; its place goes to the next. */
    private void over(long start) {
        Turn next;
        synchronized (this) {
            averageSeconds += ((System.nanoTime() - start) / 1e9 - averageSeconds) * 0.1;
            next = waiting.pollFirst();
            if (next == null) {
                running--;
            }
        }
        if (next != null) {
            next.take();
        }
    }

    private Failure overload() {
        return Failure.overload(Reason.QUEUE_FULL, secondsToWait(), "too many requests are waiting; try again later");
    }

    /** When a place is likely to be free: those who wait, at the pace of late. */
    private synchronized int secondsToWait() {
        double seconds = averageSeconds * waiting.size() / mostRunning;
        return (int) Math.max(1, Math.min(LONGEST_RETRY_SECONDS, Math.ceil(seconds)));
    }

    /** Requests being answered. */
    synchronized int running() {
        return running;
    }

    /** Requests that wait for their turn. */
    synchronized int waiting() {
        return waiting.size();
    }

    /** How many may wait. */
    int mostWaiting() {
        return mostWaiting;
    }

    /** One request's turn. */
    private final class Turn {

        private final Errand errand;
        private final Supplier<CompletableFuture<?>> journey;
        private final Consumer<Failure> refused;
        private final int priority;
        private long number;
        private volatile Errand.Handle leaving;

        Turn(Errand errand, Supplier<CompletableFuture<?>> journey, Consumer<Failure> refused) {
            this.errand = errand;
            this.journey = journey;
            this.refused = refused;
            priority = errand.visit().priority();
        }

        void refuse(Failure why) {
            stay();
            refused.accept(why);
        }

        void take() {
            stay();
            long start = System.nanoTime();
            errand.clock().admitted(start);
            // Nothing of the turn itself is held by what waits for its end.
            Admission admission = Admission.this;
            journey.get().whenComplete((done, thrown) -> admission.over(start));
        }

        /** From here on the queue is not left by an abort. */
        private void stay() {
            Errand.Handle handle = leaving;
            if (handle != null) {
                handle.close();
            }
        }
    }
}
