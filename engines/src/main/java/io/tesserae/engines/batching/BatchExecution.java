package io.tesserae.engines.batching;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.engines.Caller;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.EngineException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs batches and answers their items: results, the failure of each, or nothing to those who left. */
final class BatchExecution<I, O> {

    private final BatchRun<I, O> run;
    private final BatchObserver observer;
    private final Executor answers;
    private final Set<Batch> underWay = ConcurrentHashMap.newKeySet();
    private volatile long typicalRunNanos;

    BatchExecution(BatchRun<I, O> run, BatchObserver observer, Executor answers) {
        this.run = run;
        this.observer = observer;
        this.answers = answers;
    }

    /** Running mean of recent runs. */
    long typicalRunNanos() {
        return typicalRunNanos;
    }

    void run(List<Pending<I, O>> items) {
        Batch batch = new Batch(items);
        underWay.add(batch);
        try {
            Throwable failure = batch.run();
            if (failure == null || batch.cancellation.isCancelled()) {
                return;
            }
            if (items.size() == 1 || failure instanceof Error || isEngineElsewhere(failure)) {
                fail(items, failure);
            } else {
                items.stream().filter(pending -> !pending.future().isDone()).forEach(pending -> run(List.of(pending)));
            }
        } finally {
            underWay.remove(batch);
        }
    }

    /** An engine that is away, full or late would be so for each item alone. */
    private static boolean isEngineElsewhere(Throwable failure) {
        return failure instanceof EngineException engine && engine.reason() != Reason.INTERNAL;
    }

    private void fail(List<Pending<I, O>> items, Throwable failure) {
        items.forEach(pending -> answers.execute(() -> pending.future().completeExceptionally(failure)));
    }

    /** Fails the items of what runs; their runs stop, as nobody waits for them any more. */
    void stop(Failure failure) {
        underWay.forEach(batch -> fail(batch.items, failure));
    }

    /** Items that run together. */
    private final class Batch {

        private final List<Pending<I, O>> items;
        private final Cancellation cancellation = new Cancellation();
        private final AtomicInteger callers;

        Batch(List<Pending<I, O>> items) {
            this.items = items;
            this.callers = new AtomicInteger(items.size());
            items.forEach(pending -> pending.future().whenComplete((result, failure) -> {
                if (callers.decrementAndGet() == 0) {
                    cancellation.cancel();
                }
            }));
        }

        /** What went wrong; null where every item has its result. */
        private Throwable run() {
            if (cancellation.isCancelled()) {
                return null;
            }
            long started = System.nanoTime();
            try {
                List<O> results = Caller.together(items.stream().map(Pending::caller).toList())
                        .call(() -> run.run(items.stream().map(Pending::item).toList(), cancellation));
                if (results.size() != items.size()) {
                    throw new EngineException(items.size() + " items ran and " + results.size() + " results came back");
                }
                answer(results, started, System.nanoTime() - started);
                return null;
            } catch (Throwable failed) {
                // Whatever it is, somebody waits for an answer and the next batch for this thread.
                return failed;
            }
        }

        private void answer(List<O> results, long started, long nanos) {
            typicalRunNanos = typicalRunNanos == 0 ? nanos : (typicalRunNanos * 7 + nanos) / 8;
            Duration length = Duration.ofNanos(nanos);
            List<Duration> waits = items.stream().map(pending -> Duration.ofNanos(started - pending.arrivedNanos())).toList();
            observer.ran(length, waits);
            for (int i = 0; i < items.size(); i++) {
                Pending<I, O> pending = items.get(i);
                Batched<O> result = new Batched<>(results.get(i), waits.get(i), length, items.size());
                answers.execute(() -> pending.future().complete(result));
            }
        }
    }
}
