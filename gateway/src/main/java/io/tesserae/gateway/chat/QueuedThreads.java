package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A fixed number of threads and a bounded queue before them; what does not fit is refused as overload. Thread-safe. */
final class QueuedThreads implements Executor {

    /** Far above what admitted requests can ask for at once. */
    static final int QUEUE = 16_384;

    private final ThreadPoolExecutor executor;

    /** {@code count} threads, of which each is called {@code name} and a number. */
    QueuedThreads(String name, int count) {
        AtomicInteger number = new AtomicInteger();
        executor = new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), work -> {
            Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Queues {@code work}, or throws a {@link Failure} where the queue is full. */
    @Override
    public void execute(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException full) {
            throw Failure.overload(Reason.QUEUE_FULL, 1, "too much work is waiting; try again");
        }
    }

    /** What waits for a thread. */
    int waiting() {
        return executor.getQueue().size();
    }

    void stop() {
        executor.shutdownNow();
    }
}
