package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Executor;

/**
 * Threads that read requests, plan pictures and lay prompts out: short work, apart from {@link Workers}, so that a question in words does
 * not wait behind other people's pictures.
 */
@ApplicationScoped
public class RequestThreads implements Executor {

    private final QueuedThreads threads;

    RequestThreads(GatewayMetrics metrics) {
        threads = new QueuedThreads("gateway-request", Math.max(2, Runtime.getRuntime().availableProcessors()));
        metrics.watchQueue("request", QueuedThreads.QUEUE, threads::waiting);
    }

    /** Queues {@code work}, or throws a {@link Failure} where the queue is full. */
    @Override
    public void execute(Runnable work) {
        threads.execute(work);
    }

    @PreDestroy
    void stop() {
        threads.stop();
    }
}
