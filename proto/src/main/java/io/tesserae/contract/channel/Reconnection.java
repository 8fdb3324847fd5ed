package io.tesserae.contract.channel;

import io.grpc.ManagedChannel;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Tries replicas that are away again every second. Left to itself, grpc-java waits up to two minutes between attempts and looks
 * a name up again only when a connection breaks, so that a replica that came back or was added would idle.
 */
final class Reconnection implements Runnable {

    private static final long PERIOD_MILLIS = 1000;

    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "stage-reconnection");
        thread.setDaemon(true);
        return thread;
    });

    private final ManagedChannel channel;
    private volatile ScheduledFuture<?> ticks;

    private Reconnection(ManagedChannel channel) {
        this.channel = channel;
    }

    /** That channel, looked after until it is shut down. */
    static ManagedChannel watching(ManagedChannel channel) {
        Reconnection reconnection = new Reconnection(channel);
        reconnection.ticks = CLOCK.scheduleWithFixedDelay(reconnection, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        return channel;
    }

    @Override
    public void run() {
        if (channel.isShutdown()) {
            ticks.cancel(false);
        } else {
            // Does nothing to replicas that are connected; names are looked up again, too.
            channel.resetConnectBackoff();
        }
    }
}
