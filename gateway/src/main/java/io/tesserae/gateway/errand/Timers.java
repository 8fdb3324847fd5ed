package io.tesserae.gateway.errand;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Deadlines and pauses before a retry. What it runs must be short: one thread serves all. */
@ApplicationScoped
public class Timers {

    private final ScheduledThreadPoolExecutor executor;

    public Timers() {
        executor = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "gateway-timers");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
    }

    /** Runs {@code work} once, after that time. */
    public ScheduledFuture<?> after(Duration pause, Runnable work) {
        return executor.schedule(work, pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The thread itself, for those who take no {@link Duration}. */
    public ScheduledExecutorService clock() {
        return executor;
    }

    @PreDestroy
    void stop() {
        executor.shutdownNow();
    }
}
