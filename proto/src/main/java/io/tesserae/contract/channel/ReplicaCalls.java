package io.tesserae.contract.channel;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Calls of one message each way to the replicas of one stage. Such a call changes nothing, so that it is made again where a replica dies, and
 * made twice where one is slow: a replica's death or a stage's restart costs a pause, not an error. Thread-safe.
 */
public final class ReplicaCalls {

    /** A fifth of all calls may be made again, and ten a second beside that. */
    private static final double RETRIES = 0.2;
    private static final double RETRIES_A_SECOND = 10;
    /** Beside the share: hedges help one slow replica, and must be few where all are slow. */
    private static final double HEDGES_A_SECOND = 0.5;

    /** Hears of calls that are made more than once. */
    public interface Count {

        /** A call is made again. */
        void retried();

        /** A call is slow and is made a second time. */
        void hedged();
    }

    private final ManagedChannel channel;
    private final Duration patience;
    private final ScheduledExecutorService clock;
    private final Count count;
    private final RetryBudget retries = new RetryBudget(RETRIES, RETRIES_A_SECOND);
    private final Optional<RetryBudget> hedges;
    private final SlowTail tail = new SlowTail();

    /**
     * @param patience how long to go on trying to reach a stage that is down
     * @param hedges   the share of calls that may be made twice where they are slow, 0 to 1; 0 for none
     * @param clock    runs what is to be done after a pause
     */
    public ReplicaCalls(ManagedChannel channel, Duration patience, double hedges, ScheduledExecutorService clock, Count count) {
        this.channel = channel;
        this.patience = patience;
        this.hedges = hedges > 0 ? Optional.of(new RetryBudget(hedges, HEDGES_A_SECOND)) : Optional.empty();
        this.clock = clock;
        this.count = count;
    }

    /** Asks until there is an answer, or nothing more to try. {@code route}: where the first attempt goes, and what it must avoid. */
    public <Q, R> Asked<Q, R> ask(MethodDescriptor<Q, R> method, Q request, CallOptions options, Route route) {
        return begin(channel, method, request, options, route, false);
    }

    /**
     * As {@link #ask}; where the answer takes longer than usual, a second replica is asked as well, and the first answer counts.
     *
     * @param through this stage's channel, or one that leads to it
     */
    public <Q, R> Asked<Q, R> askHedged(Channel through, MethodDescriptor<Q, R> method, Q request, CallOptions options) {
        return begin(through, method, request, options, Route.anywhere(), true);
    }

    private <Q, R> Asked<Q, R> begin(
            Channel through, MethodDescriptor<Q, R> method, Q request, CallOptions options, Route route, boolean hedged) {
        retries.called();
        Asked<Q, R> asked = new Asked<>(this, through, method, request, options, route, hedged);
        asked.begin();
        return asked;
    }

    ScheduledExecutorService clock() {
        return clock;
    }

    Duration patience() {
        return patience;
    }

    /** Whether a call may be made again now; it is counted then. For streams, whose callers open them again themselves. */
    public boolean mayRetry() {
        boolean may = retries.take();
        if (may) {
            count.retried();
        }
        return may;
    }

    /** A call that reached no replica is made again. */
    void retriedFreely() {
        count.retried();
    }

    /** After how long a second replica is asked; empty where none is. */
    Optional<Duration> hedgeAfter() {
        return hedges.flatMap(budget -> tail.slow());
    }

    /** A call is slow. Whether it may be made a second time; it is counted then. */
    boolean mayHedge() {
        boolean may = hedges.isPresent() && hedges.get().take();
        if (may) {
            count.hedged();
        }
        return may;
    }

    void answered(long nanos) {
        hedges.ifPresent(RetryBudget::called);
        tail.answered(nanos);
    }

    /** Has a stage that was away looked for at once: gRPC's own pauses between attempts to connect grow to two minutes. */
    public void lookAgain() {
        channel.resetConnectBackoff();
    }
}
