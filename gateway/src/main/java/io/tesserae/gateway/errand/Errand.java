package io.tesserae.gateway.errand;

import io.grpc.Deadline;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.caller.Visit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One request's life: its deadline, its clock, and the one switch that stops all of its work. Whoever starts something for a
 * request registers how to stop it; the caller's leaving, the deadline, or the first failure anywhere aborts the rest.
 */
public final class Errand {

    private final Visit visit;
    private final Deadline deadline;
    private final StageClock clock;
    private final Set<Runnable> hooks = new LinkedHashSet<>();
    private final List<Runnable> endings = new ArrayList<>();
    private Failure failure;
    private boolean over;

    Errand(Visit visit, Deadline deadline, StageClock clock) {
        this.visit = visit;
        this.deadline = deadline;
        this.clock = clock;
    }

    /** One attempt at this request: it ends with the request, but the request does not end with it. */
    public Errand attempt() {
        Errand attempt = new Errand(visit, deadline, clock);
        Handle handle = onAbort(() -> failure().ifPresent(attempt::abort));
        attempt.onEnd(handle::close);
        return attempt;
    }

    /** Identifies the request in logs, traces and answers. */
    public String id() {
        return visit.id();
    }

    /** Whose request it is, and what becomes of it. */
    public Visit visit() {
        return visit;
    }

    /** When the answer must be whole. */
    public Deadline deadline() {
        return deadline;
    }

    /** Where this request's time goes. */
    public StageClock clock() {
        return clock;
    }

    /** Its trace. */
    public RequestTrace trace() {
        return clock.trace();
    }

    /** Has {@code hook} run when the request is aborted; at once if it is already. Closing the handle takes it back. */
    public Handle onAbort(Runnable hook) {
        boolean runNow;
        synchronized (this) {
            runNow = failure != null;
            if (!runNow && !over) {
                hooks.add(hook);
            }
        }
        if (runNow) {
            hook.run();
        }
        return () -> forget(hook);
    }

    private synchronized void forget(Runnable hook) {
        hooks.remove(hook);
    }

    /** Stops all work of this request. Only the first call counts, and none after {@link #end}. */
    public void abort(Failure why) {
        List<Runnable> stopping;
        synchronized (this) {
            if (over || failure != null) {
                return;
            }
            failure = why;
            stopping = List.copyOf(hooks);
            hooks.clear();
        }
        stopping.forEach(Runnable::run);
    }

    /** The caller went away: nobody reads the answer any more. */
    public void abandon() {
        abort(Failure.of(Reason.CANCELLED, "the caller went away"));
    }

    /** Why it was aborted, if it was. */
    public synchronized Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    /** Throws the failure that aborted this request, if one did. */
    public void check() {
        failure().ifPresent(why -> {
            throw why;
        });
        if (deadline.isExpired()) {
            throw lateness();
        }
    }

    /** The answer is whole, or the failure was told: nothing is stopped any more. */
    public void end() {
        List<Runnable> ending;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            hooks.clear();
            ending = List.copyOf(endings);
            endings.clear();
        }
        ending.forEach(Runnable::run);
    }

    /** Has {@code hook} run once the request is over, however it ended; at once if it is already. */
    public void onEnd(Runnable hook) {
        synchronized (this) {
            if (!over) {
                endings.add(hook);
                return;
            }
        }
        hook.run();
    }

    static Failure lateness() {
        return Failure.of(Reason.DEADLINE_EXCEEDED, "the answer was not finished within the deadline");
    }

    /** Takes a registration back. */
    @FunctionalInterface
    public interface Handle extends AutoCloseable {

        @Override
        void close();
    }
}
