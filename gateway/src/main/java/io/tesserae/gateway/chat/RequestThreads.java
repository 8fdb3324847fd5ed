package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that read requests, plan pictures and lay prompts out: short work, apart from {@link Workers}, so that a question in words does
 * not wait behind other people's pictures.
 */
@ApplicationScoped
public class RequestThreads implements Executor {

    /** Far above what admitted requests can ask for at once. */
    private static final int QUEUE = 16_384;

    private final ThreadPoolExecutor executor;

    RequestThreads() {
        int count = Math.max(2, Runtime.getRuntime().availableProcessors());
        AtomicInteger number = new AtomicInteger();
        executor = new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), work -> {
            Thread thread = new Thread(work, "gateway-request-" + number.incrementAndGet());
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

    @PreDestroy
    void stop() {
        executor.shutdownNow();
    }
}
