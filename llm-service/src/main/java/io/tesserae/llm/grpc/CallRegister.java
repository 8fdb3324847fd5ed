package io.tesserae.llm.grpc;

import io.micrometer.core.instrument.MeterRegistry;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Metrics;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The calls that are open: ends those that nobody reads from, and counts how those that do not finish end. */
final class CallRegister implements AutoCloseable {

    private final MeterRegistry metrics;
    private final String model;
    private final Set<GenerateCall> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watch;

    CallRegister(MeterRegistry metrics, String model, Duration patience) {
        this.metrics = metrics;
        this.model = model;
        this.watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "llm-slow-readers");
            thread.setDaemon(true);
            return thread;
        });
        long period = Math.max(10, Math.min(1000, patience.toMillis() / 4));
        watch.scheduleWithFixedDelay(() -> open.forEach(call -> call.requireReader(System.nanoTime(), patience)), period, period, TimeUnit.MILLISECONDS);
    }

    void opened(GenerateCall call) {
        open.add(call);
    }

    void closed(GenerateCall call) {
        open.remove(call);
    }

    void failed(Reason reason) {
        metrics.counter(Metrics.REJECTIONS, Metrics.TAG_REASON, reason.name().toLowerCase(Locale.ROOT)).increment();
    }

    /** The caller went away: an end of its answer, not a failure of ours. */
    void cancelled() {
        metrics.counter(Metrics.FINISHES, Metrics.TAG_MODEL, model, Metrics.TAG_REASON, "cancelled").increment();
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
