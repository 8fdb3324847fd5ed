package io.tesserae.engines.stage;

import io.micrometer.core.instrument.MeterRegistry;
import io.tesserae.contract.metric.Stage;
import io.tesserae.engines.Engine;
import io.tesserae.engines.batching.BatchedEngine;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A stage's graph, ready for callers: its engine, batched and measured, and the threads that answer. */
public final class StageRunner implements AutoCloseable {

    /** Answering is serialising; the runs have the other processors. */
    private static final int ANSWERING_THREADS = 2;

    private final ExecutorService answers;
    private final BatchedEngine rows;

    /**
     * @param engine  closed with this
     * @param outputs the wanted outputs of its graph
     */
    public StageRunner(Engine engine, Set<String> outputs, StageSettings settings, Stage stage, String model, MeterRegistry registry) {
        AtomicInteger count = new AtomicInteger();
        this.answers = Executors.newFixedThreadPool(ANSWERING_THREADS, task -> {
            Thread thread = new Thread(task, stage.tag() + "-answers-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
        this.rows = new BatchedEngine(engine, outputs, settings.batching(stage.tag(), engine.mostRows()), new StageMetrics(registry, model, stage), answers);
    }

    /** Where rows are submitted. */
    public BatchedEngine rows() {
        return rows;
    }

    /** Refuses new rows, finishes those accepted within the drain time, then frees the graph. */
    @Override
    public void close() {
        rows.close();
        answers.shutdown();
        try {
            // Answers only serialise and start calls; what takes longer than this hangs.
            answers.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
