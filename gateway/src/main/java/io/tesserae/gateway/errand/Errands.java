package io.tesserae.gateway.errand;

import io.grpc.Deadline;
import io.tesserae.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Begins errands: gives each its deadline and sees to it that the deadline is kept, whatever the request is waiting for. */
@ApplicationScoped
public class Errands {

    private final Timers timers;
    private final Duration deadline;

    Errands(Timers timers, GatewayConfig config) {
        this.timers = timers;
        this.deadline = config.deadline();
    }

    /** A request that has just arrived. */
    public Errand begin(String id) {
        return begin(id, deadline);
    }

    /** A request whose caller set a deadline of its own; the shorter of it and ours counts. */
    public Errand begin(String id, Duration asked) {
        Duration shorter = asked.compareTo(deadline) < 0 ? asked : deadline;
        Errand errand = new Errand(id, Deadline.after(shorter.toNanos(), TimeUnit.NANOSECONDS), new StageClock());
        ScheduledFuture<?> timer = timers.after(shorter, () -> errand.abort(Errand.lateness()));
        errand.onEnd(() -> timer.cancel(false));
        return errand;
    }

    /**
     * Work for {@code first} that others may come to wait for. It has the deadline of a request that arrives now.
     *
     * @param deserted runs where the last errand leaves before the work is done
     */
    public SharedErrand share(Errand first, Runnable deserted) {
        SharedErrand shared = new SharedErrand(begin(first.id()), deserted);
        shared.join(first);
        return shared;
    }
}
