package io.tesserae.gateway.chat;

import static io.tesserae.contract.metric.Metrics.TAG_MODEL;
import static io.tesserae.contract.metric.Metrics.TAG_REASON;
import static io.tesserae.contract.metric.Metrics.TAG_STAGE;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.metric.Metrics;
import io.tesserae.contract.metric.Stage;
import io.tesserae.gateway.AnswerSummary;
import io.tesserae.gateway.StageTimes;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What the gateway measures: whole requests, and the stages that it runs itself. Encoding, projecting, prefilling and decoding
 * tokens are measured by the services that do them, so that one process with all four counts nothing twice.
 */
@ApplicationScoped
public class GatewayMetrics {

    private static final Set<Stage> OWN = Set.of(Stage.FETCH, Stage.DECODE, Stage.TILE, Stage.TRANSFER);

    /** From a millisecond to the longest answer; about a factor of two between neighbours. */
    private static final Duration[] BUCKETS = durations(
            1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 300_000);

    private static final String RUNNING = "tesserae.gateway.requests.running";
    private static final String WAITING = "tesserae.gateway.requests.waiting";

    private final MeterRegistry registry;

    GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Requests being answered and waiting, as gauges. The brain's gauges of like names count sequences; these count requests. */
    void watch(Admission requests) {
        registry.gauge(RUNNING, Tags.empty(), requests, Admission::running);
        registry.gauge(WAITING, Tags.empty(), requests, Admission::waiting);
        watchQueue("admit", requests.mostWaiting(), requests::waiting);
    }

    /** A bounded queue before a part of the journey. */
    void watchQueue(String stage, int limit, Supplier<Number> length) {
        Gauge.builder(Metrics.QUEUE_LENGTH, length).tag(TAG_STAGE, stage).register(registry);
        Gauge.builder(Metrics.QUEUE_LIMIT, () -> limit).tag(TAG_STAGE, stage).register(registry);
    }

    /** Bytes that requests have us hold. */
    void watchBytes(Supplier<Number> held) {
        Gauge.builder(Metrics.HELD_BYTES, held).register(registry);
    }

    /** A request waited that long for its turn. */
    void admitted(String model, long nanos) {
        timer(Metrics.QUEUE_WAIT, model, "admit").record(nanos, TimeUnit.NANOSECONDS);
    }

    /** The first token of an answer came that long after the request. */
    void firstToken(String model, long nanos) {
        timer(Metrics.TIME_TO_FIRST_TOKEN, model).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** An answer is whole. */
    void answered(String model, AnswerSummary summary) {
        StageTimes times = summary.times();
        timer(Metrics.REQUEST_DURATION, model).record(times.total(), TimeUnit.NANOSECONDS);
        times.nanos().forEach((stage, nanos) -> {
            if (OWN.contains(stage)) {
                timer(Metrics.STAGE_DURATION, model, stage.tag()).record(nanos, TimeUnit.NANOSECONDS);
            }
        });
        DistributionSummary.builder(Metrics.TILES_PER_REQUEST).tag(TAG_MODEL, model)
                .serviceLevelObjectives(1, 2, 3, 5, 7, 9, 13, 17, 25, 37, 65)
                .register(registry).record(summary.usage().tiles());
    }

    /** A request was refused, or failed on its way. */
    public void rejected(Failure failure) {
        registry.counter(Metrics.REJECTIONS, TAG_REASON, failure.reason().name().toLowerCase(Locale.ROOT)).increment();
    }

    private Timer timer(String name, String model) {
        return Timer.builder(name).tag(TAG_MODEL, model).serviceLevelObjectives(BUCKETS).register(registry);
    }

    private Timer timer(String name, String model, String stage) {
        return Timer.builder(name).tag(TAG_MODEL, model).tag(TAG_STAGE, stage).serviceLevelObjectives(BUCKETS).register(registry);
    }

    private static Duration[] durations(long... millis) {
        Duration[] durations = new Duration[millis.length];
        for (int i = 0; i < millis.length; i++) {
            durations[i] = Duration.ofMillis(millis[i]);
        }
        return durations;
    }
}
