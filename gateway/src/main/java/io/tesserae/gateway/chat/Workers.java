package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.GatewayConfig;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that compute: decoding, cutting, weaving. As many as there are processors, so that a burst of pictures makes a queue
 * here and not a crowd of threads; the event loop never does such work.
 */
@ApplicationScoped
class Workers implements Executor {

    /** Far above what admitted requests can ask for at once. */
    private static final int QUEUE = 16_384;

    private final ThreadPoolExecutor executor;
    private final int count;

    Workers(GatewayConfig config) {
        count = config.workers() > 0 ? config.workers() : Runtime.getRuntime().availableProcessors();
        AtomicInteger number = new AtomicInteger();
        executor = new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), work -> {
            Thread thread = new Thread(work, "gateway-worker-" + number.incrementAndGet());
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

    /** How many there are. */
    int count() {
        return count;
    }

    @PreDestroy
    void stop() {
        executor.shutdownNow();
    }
}
