package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.config.GatewayConfig;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Executor;

/**
 * Threads that compute: decoding, cutting, weaving. As many as there are processors, so that a burst of pictures makes a queue
 * here and not a crowd of threads; the event loop never does such work.
 */
@ApplicationScoped
class Workers implements Executor {

    private final QueuedThreads threads;
    private final int count;

    Workers(GatewayConfig config, GatewayMetrics metrics) {
        count = config.workers() > 0 ? config.workers() : Runtime.getRuntime().availableProcessors();
        threads = new QueuedThreads("gateway-worker", count);
        metrics.watchQueue("worker", QueuedThreads.QUEUE, threads::waiting);
    }

    /** Queues {@code work}, or throws a {@link Failure} where the queue is full. */
    @Override
    public void execute(Runnable work) {
        threads.execute(work);
    }

    /** How many there are. */
    int count() {
        return count;
    }

    @PreDestroy
    void stop() {
        threads.stop();
    }
}
