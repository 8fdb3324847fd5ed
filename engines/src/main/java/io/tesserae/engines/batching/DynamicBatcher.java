package io.tesserae.engines.batching;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Lets items of concurrent callers run together. Items of one key form batches in the order of their arrival; a batch leaves
 * when it is full or its oldest item has waited {@link BatchOptions#maxDelay}. While all runs are busy the queue fills, so that
 * load makes batches larger by itself. Thread-safe.
 */
public final class DynamicBatcher<I, O> implements AutoCloseable {

    private final BatchOptions options;
    private final Function<I, Object> keyOf;
    private final BatchExecution<I, O> execution;
    private final Executor answers;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Waiting<I, O> waiting;
    private final List<Thread> runners = new ArrayList<>();
    private boolean closing;

    /**
     * @param keyOf   what items must share to run together; compared with {@code equals}
     * @param answers runs what callers hang on their results, so that it does not hold up the next batch
     */
    public DynamicBatcher(BatchOptions options, Function<I, Object> keyOf, BatchRun<I, O> run, BatchObserver observer, Executor answers) {
        this.options = options;
        this.keyOf = keyOf;
        this.answers = answers;
        this.execution = new BatchExecution<>(run, observer, answers);
        this.waiting = new Waiting<>(options.maxBatch(), options.maxDelay());
        for (int i = 0; i < options.runs(); i++) {
            Thread runner = new Thread(this::runBatches, "batch-" + options.name() + "-" + i);
            runner.setDaemon(true);
            runners.add(runner);
            runner.start();
        }
    }

    /**
     * Queues items, all or none. Cancelling a result drops its item from the queue; a batch that nobody waits for any more is
     * stopped. Results fail with what the run threw.
     *
     * @throws Failure QUEUE_FULL when there is no room, STAGE_UNAVAILABLE once closing
     */
    public List<CompletableFuture<Batched<O>>> submit(List<I> items) {
        long now = System.nanoTime();
        List<Pending<I, O>> arrived = items.stream().map(item -> new Pending<I, O>(item, keyOf.apply(item), now)).toList();
        lock.lock();
        try {
            if (closing) {
                throw Failure.of(Reason.STAGE_UNAVAILABLE, options.name() + " is shutting down");
            }
            if (waiting.size() + items.size() > options.queueSize()) {
                throw Failure.overload(Reason.QUEUE_FULL, retryAfterSeconds(),
                        options.name() + " has no room for " + items.size() + " more: " + waiting.size() + " of " + options.queueSize() + " wait");
            }
            arrived.forEach(waiting::add);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        arrived.forEach(pending -> pending.future().whenComplete((result, failure) -> {
            if (pending.future().isCancelled()) {
                drop(pending);
            }
        }));
        return arrived.stream().map(Pending::future).toList();
    }

    /** When the queue as it is now will have been worked off, by the length of recent runs. */
    private int retryAfterSeconds() {
        long batches = waiting.size() / options.maxBatch() / options.runs() + 1;
        return (int) Math.min(60, TimeUnit.NANOSECONDS.toSeconds(batches * execution.typicalRunNanos()) + 1);
    }

    private void drop(Pending<I, O> pending) {
        lock.lock();
        try {
            waiting.remove(pending);
        } finally {
            lock.unlock();
        }
    }

    /** Items that wait for a run. */
    public int queued() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private void runBatches() {
        try {
            List<Pending<I, O>> batch = next();
            while (!batch.isEmpty()) {
                execution.run(batch);
                batch = next();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a batch. Empty once closing and nothing is left. */
    private List<Pending<I, O>> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                long now = System.nanoTime();
                List<Pending<I, O>> due = waiting.takeDue(now, closing);
                if (!due.isEmpty() || closing) {
                    return due;
                }
                if (waiting.size() == 0) {
                    changed.await();
                } else {
                    changed.awaitNanos(waiting.nextDueNanos(now));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Refuses new items, runs what waits, and fails what has not run when {@link BatchOptions#drain} is over. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        long deadline = System.nanoTime() + options.drain().toNanos();
        for (Thread runner : runners) {
            join(runner, deadline);
        }
        abandon();
    }

    private static void join(Thread runner, long deadlineNanos) {
        try {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
            // join(0) would wait for ever.
            runner.join(Math.max(1, millis));
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void abandon() {
        List<Pending<I, O>> left;
        lock.lock();
        try {
            left = waiting.takeAll();
        } finally {
            lock.unlock();
        }
        Failure failure = Failure.of(Reason.STAGE_UNAVAILABLE, options.name() + " was shut down before this ran");
        left.forEach(pending -> answers.execute(() -> pending.future().completeExceptionally(failure)));
        execution.stop(failure);
    }
}
