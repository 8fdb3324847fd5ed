package io.tesserae.engines.stage;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tesserae.contract.metric.Metrics;
import io.tesserae.contract.metric.Stage;
import io.tesserae.engines.batching.BatchObserver;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Measures one stage: how long its tiles wait, how many run together and how long a run takes. All are histograms. */
public final class StageMetrics implements BatchObserver {

    private final Timer duration;
    private final Timer queueWait;
    private final DistributionSummary batchSize;

    public StageMetrics(MeterRegistry registry, String model, Stage stage) {
        duration = timer(Metrics.STAGE_DURATION, "Time that a tile spends in a stage's run", model, stage).register(registry);
        queueWait = timer(Metrics.QUEUE_WAIT, "Time that a tile waits before a stage", model, stage).register(registry);
        batchSize = DistributionSummary.builder(Metrics.BATCH_SIZE)
                .description("Tiles run together")
                .tags(Metrics.TAG_MODEL, model, Metrics.TAG_STAGE, stage.tag())
                .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64)
                .register(registry);
    }

    /** Shows how many tiles wait before a stage, over all of its graphs: what it is scaled by. {@code stage} is held weakly. */
    public static <T> void watchQueue(MeterRegistry registry, String model, Stage of, T stage, ToDoubleFunction<T> queued) {
        Gauge.builder(Metrics.QUEUE_DEPTH, stage, queued)
                .description("Tiles that wait for a run")
                .tags(Metrics.TAG_MODEL, model, Metrics.TAG_STAGE, of.tag())
                .register(registry);
    }

    private static Timer.Builder timer(String name, String description, String model, Stage stage) {
        return Timer.builder(name)
                .description(description)
                .tags(Metrics.TAG_MODEL, model, Metrics.TAG_STAGE, stage.tag())
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(1));
    }

    @Override
    public void ran(Duration run, List<Duration> waits) {
        batchSize.record(waits.size());
        waits.forEach(wait -> {
            duration.record(run);
            queueWait.record(wait);
        });
    }
}
