package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.Errand;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Takes requests on: a bounded number is answered at once, a bounded number waits, the rest is refused early. Each request that
 * is being answered has a thread of its own, which mostly waits; that is what lets the journey be read from top to bottom.
 */
@ApplicationScoped
public class Admission {

    private static final int LONGEST_RETRY_SECONDS = 60;

    private final ThreadPoolExecutor executor;
    private final int running;
    private volatile double averageSeconds = 1;

    Admission(GatewayConfig config, GatewayMetrics metrics) {
        running = config.requests().running();
        AtomicInteger number = new AtomicInteger();
        executor = new ThreadPoolExecutor(running, running, 30, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(Math.max(1, config.requests().waiting())), work -> {
                    Thread thread = new Thread(work, "gateway-request-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        metrics.watch(executor);
    }

    /**
     * Runs {@code journey} as soon as there is room. {@code refused} is told where there is none, or where the request is aborted
     * before its turn comes.
     */
    void admit(Errand errand, Runnable journey, Consumer<Failure> refused) {
        Runnable turn = () -> takeTurn(errand, journey);
        try {
            executor.execute(turn);
        } catch (RejectedExecutionException full) {
            refused.accept(Failure.overload(Reason.QUEUE_FULL, secondsToWait(), "too many requests are waiting; try again later"));
            return;
        }
        errand.onAbort(() -> {
            if (executor.remove(turn)) {
                errand.failure().ifPresent(refused);
            }
        });
    }

    private void takeTurn(Errand errand, Runnable journey) {
        long start = System.nanoTime();
        errand.clock().admitted(start);
        journey.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        averageSeconds += (seconds - averageSeconds) * 0.1;
    }

    /** When a place is likely to be free: those who wait, at the pace of late. */
    private int secondsToWait() {
        double seconds = averageSeconds * executor.getQueue().size() / running;
        return (int) Math.max(1, Math.min(LONGEST_RETRY_SECONDS, Math.ceil(seconds)));
    }

    @PreDestroy
    void stop() {
        executor.shutdownNow();
    }
}
