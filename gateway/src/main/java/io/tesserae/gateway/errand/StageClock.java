package io.tesserae.gateway.errand;

import io.tesserae.contract.metric.Stage;
import io.tesserae.gateway.StageTimes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Where one request's time goes. A stage that works on several tiles at once is counted while at least one of them is in it,
 * so its figure is wall time. Thread-safe.
 */
public final class StageClock {

    /** Time in which a stage was at work on something; both ends are of {@link System#nanoTime}. */
    public record Span(Stage stage, long start, long end, Where where) {
    }

    private final long arrival = System.nanoTime();
    private final RequestTrace trace;
    private final Map<Stage, List<Span>> spans = new EnumMap<>(Stage.class);
    private final List<StageClock> listeners = new CopyOnWriteArrayList<>();
    private long admission;
    private long firstToken;

    /** Of a request that nobody traces. */
    public StageClock() {
        this(RequestTrace.none());
    }

    /** {@code trace}: told of what is timed here. */
    StageClock(RequestTrace trace) {
        this.trace = trace;
    }

    RequestTrace trace() {
        return trace;
    }

    /** {@link System#nanoTime} of the request's arrival. */
    public long arrival() {
        return arrival;
    }

    /** The request's turn came at {@code now}. */
    public synchronized void admitted(long now) {
        admission = now - arrival;
        trace.worked(Stage.QUEUE, arrival, now);
        record(Stage.QUEUE, arrival, now);
    }

    /** Nanoseconds that the request waited for its turn. */
    public synchronized long admission() {
        return admission;
    }

    /** Has {@code listener} hear from now on what is recorded here. */
    void tell(StageClock listener) {
        listeners.add(listener);
    }

    /**
     * A stage was at work from {@code start} to {@code end}, both of {@link System#nanoTime}. What it did before the request's arrival, for
     * others, does not count.
     */
    public void record(Stage stage, long start, long end) {
        record(stage, start, end, Where.NOWHERE);
    }

    /** The same, and what it was at work on. */
    public void record(Stage stage, long start, long end, Where where) {
        add(new Span(stage, Math.max(start, arrival), end, where));
        listeners.forEach(listener -> listener.record(stage, start, end, where));
    }

    private synchronized void add(Span span) {
        if (span.end() > span.start()) {
            spans.computeIfAbsent(span.stage(), any -> new ArrayList<>()).add(span);
        }
    }

    /** Runs local work of a stage and records how long it took. */
    public <T> T time(Stage stage, Supplier<T> work) {
        return time(stage, Where.NOWHERE, work);
    }

    /** The same, and what it was about. */
    public <T> T time(Stage stage, Where where, Supplier<T> work) {
        long start = System.nanoTime();
        try {
            return work.get();
        } finally {
            worked(stage, start, where);
        }
    }

    /** This process was at work for a stage from {@code start}, of {@link System#nanoTime}, until now: recorded, and a span of the request's trace. */
    public void worked(Stage stage, long start, Where where) {
        long end = System.nanoTime();
        record(stage, start, end, where);
        trace.worked(stage, start, end);
    }

    /** All that was recorded, by stage and in the order of recording. */
    public synchronized List<Span> spans() {
        return spans.values().stream().flatMap(List::stream).toList();
    }

    /** The first token arrived now. Returns nanoseconds since the request's arrival. */
    public synchronized long firstToken() {
        if (firstToken == 0) {
            firstToken = Math.max(1, System.nanoTime() - arrival);
        }
        return firstToken;
    }

    /** The account up to now. */
    public synchronized StageTimes times() {
        Map<Stage, Long> nanos = new EnumMap<>(Stage.class);
        spans.forEach((stage, of) -> nanos.put(stage, covered(of)));
        return new StageTimes(nanos, firstToken, System.nanoTime() - arrival);
    }

    /** Length of the union of the spans. */
    private static long covered(List<Span> spans) {
        List<Span> inOrder = new ArrayList<>(spans);
        inOrder.sort(Comparator.comparingLong(Span::start));
        long total = 0;
        long until = inOrder.get(0).start();
        for (Span span : inOrder) {
            long from = Math.max(span.start(), until);
            total += Math.max(0, span.end() - from);
            until = Math.max(until, span.end());
        }
        return total;
    }
}
