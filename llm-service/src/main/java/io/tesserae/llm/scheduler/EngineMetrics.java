package io.tesserae.llm.scheduler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tesserae.contract.metric.Metrics;
import io.tesserae.contract.metric.Stage;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What the engine tells of itself, under the names that all services share. */
final class EngineMetrics {

    private final MeterRegistry registry;
    private final String model;
    private final Timer queue;
    private final Timer prefill;
    private final Timer decode;
    private final Timer gap;
    private final DistributionSummary batch;
    private final Counter promptTokens;
    private final Counter imageTokens;
    private final Counter generatedTokens;
    private final Counter prefixQueries;
    private final Counter prefixHits;
    private final Counter cachedTokens;
    private final Counter preemptions;
    private final Counter guessedTokens;
    private final Counter rightTokens;
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger waiting = new AtomicInteger();
    /** Part of all rows' context in use, in millionths. */
    final AtomicInteger kvUse = new AtomicInteger();

    EngineMetrics(MeterRegistry registry, String model) {
        this.registry = registry;
        this.model = model;
        queue = timer(Metrics.QUEUE_WAIT, Stage.QUEUE);
        prefill = timer(Metrics.STAGE_DURATION, Stage.PREFILL);
        decode = timer(Metrics.STAGE_DURATION, Stage.DECODE_TOKENS);
        gap = Timer.builder(Metrics.INTER_TOKEN_LATENCY).tag(Metrics.TAG_MODEL, model).publishPercentileHistogram().register(registry);
        batch = DistributionSummary.builder(Metrics.BATCH_SIZE).tags(Metrics.TAG_MODEL, model, Metrics.TAG_STAGE, Stage.DECODE_TOKENS.tag())
                .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128).register(registry);
        promptTokens = registry.counter(Metrics.PROMPT_TOKENS, Metrics.TAG_MODEL, model);
        imageTokens = registry.counter(Metrics.IMAGE_TOKENS, Metrics.TAG_MODEL, model);
        generatedTokens = registry.counter(Metrics.GENERATED_TOKENS, Metrics.TAG_MODEL, model);
        prefixQueries = registry.counter(Metrics.CACHE_QUERIES, Metrics.TAG_MODEL, model, Metrics.TAG_CACHE, "prefix");
        prefixHits = registry.counter(Metrics.CACHE_HITS, Metrics.TAG_MODEL, model, Metrics.TAG_CACHE, "prefix");
        cachedTokens = registry.counter(Metrics.CACHED_TOKENS, Metrics.TAG_MODEL, model);
        guessedTokens = registry.counter(Metrics.SPECULATED_TOKENS, Metrics.TAG_MODEL, model);
        rightTokens = registry.counter(Metrics.ACCEPTED_TOKENS, Metrics.TAG_MODEL, model);
        preemptions = registry.counter(Metrics.PREEMPTIONS, Metrics.TAG_MODEL, model);
        registry.gauge(Metrics.REQUESTS_RUNNING, Tags.of(Metrics.TAG_MODEL, model), running);
        registry.gauge(Metrics.REQUESTS_WAITING, Tags.of(Metrics.TAG_MODEL, model), waiting);
        registry.gauge(Metrics.KV_USE, Tags.of(Metrics.TAG_MODEL, model), kvUse, use -> use.get() / 1e6);
    }

    private Timer timer(String name, Stage stage) {
        return Timer.builder(name).tags(Metrics.TAG_MODEL, model, Metrics.TAG_STAGE, stage.tag()).publishPercentileHistogram().register(registry);
    }

    void admitted(Sequence sequence) {
        queue.record(sequence.clock.queue(), TimeUnit.NANOSECONDS);
        promptTokens.increment(sequence.request().prompt().ids().length);
        imageTokens.increment(sequence.request().prompt().imageTokens());
    }

    /** A prompt is computed, or was found so. */
    void prefilled(Sequence sequence) {
        prefixQueries.increment();
        if (sequence.cachedTokens() > 0) {
            prefixHits.increment();
            cachedTokens.increment(sequence.cachedTokens());
        }
    }

    void preempted() {
        preemptions.increment();
    }

    /** An answer goes on at another server. */
    void failedOver() {
        registry.counter(Metrics.FAILOVERS, Metrics.TAG_STAGE, Stage.DECODE_TOKENS.tag()).increment();
    }

    void guessed(int tokens, int right) {
        guessedTokens.increment(tokens);
        rightTokens.increment(right);
    }

    void batch(int rows) {
        batch.record(rows);
    }

    void token(Sequence sequence) {
        generatedTokens.increment();
        if (sequence.clock.gap() > 0) {
            gap.record(sequence.clock.gap(), TimeUnit.NANOSECONDS);
        }
    }

    void finished(Sequence sequence) {
        prefill.record(sequence.clock.prefill(), TimeUnit.NANOSECONDS);
        decode.record(sequence.clock.decode(), TimeUnit.NANOSECONDS);
        String reason = sequence.ended().name().toLowerCase(Locale.ROOT);
        registry.counter(Metrics.FINISHES, Metrics.TAG_MODEL, model, Metrics.TAG_REASON, reason).increment();
    }
}
