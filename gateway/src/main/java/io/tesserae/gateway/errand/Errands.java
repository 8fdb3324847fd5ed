package io.tesserae.gateway.errand;

import io.grpc.Deadline;
import io.opentelemetry.context.Context;
import io.tesserae.contract.trace.Tracing;
import io.tesserae.gateway.caller.Visit;
import io.tesserae.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Begins errands: gives each its deadline and sees to it that the deadline is kept, whatever the request is waiting for. */
@ApplicationScoped
public class Errands {

    private final Timers timers;
    private final Duration deadline;

    public Errands(Timers timers, GatewayConfig config, @ConfigProperty(name = "quarkus.application.name", defaultValue = "tesserae-gateway") String name) {
        Tracing.start(name);
        this.timers = timers;
        this.deadline = config.deadline();
    }

    /** How long an answer may take where the caller says nothing. */
    public Duration longest() {
        return deadline;
    }

    /** A request that has just arrived over HTTP, to be traced; {@code header} gives its headers by name. */
    public Errand begin(Visit visit, UnaryOperator<String> header) {
        return traced(visit, visit.timeout().orElse(deadline), RequestTrace.begin(visit.id(), header));
    }

    /** A request whose caller set a deadline of its own; the shorter of it and ours counts. {@code caller}: the trace that it came with. */
    public Errand begin(Visit visit, Duration asked, Context caller) {
        return traced(visit, asked, RequestTrace.begin(visit.id(), caller));
    }

    /** Work of our own, or a request that nobody needs to trace. */
    public Errand begin(String id, Duration asked) {
        return begin(Visit.ofNobody(id), asked, RequestTrace.none());
    }

    private Errand traced(Visit visit, Duration asked, RequestTrace trace) {
        Errand errand = begin(visit, asked, trace);
        errand.onEnd(trace::end);
        return errand;
    }

    private Errand begin(Visit visit, Duration asked, RequestTrace trace) {
        Duration shorter = asked.compareTo(deadline) < 0 ? asked : deadline;
        Errand errand = new Errand(visit, Deadline.after(shorter.toNanos(), TimeUnit.NANOSECONDS), new StageClock(trace));
        ScheduledFuture<?> timer = timers.after(shorter, () -> errand.abort(Errand.lateness()));
        errand.onEnd(() -> timer.cancel(false));
        visit.opens();
        errand.onEnd(visit::closes);
        return errand;
    }

    /**
     * Work for {@code first} that others may come to wait for. It has the deadline of a request that arrives now, and
     * is part of the first one's trace.
     *
     * @param deserted runs where the last errand leaves before the work is done
     */
    public SharedErrand share(Errand first, Runnable deserted) {
        SharedErrand shared = new SharedErrand(begin(Visit.ofNobody(first.id()), deadline, first.trace()), deserted);
        shared.join(first);
        return shared;
    }
}
