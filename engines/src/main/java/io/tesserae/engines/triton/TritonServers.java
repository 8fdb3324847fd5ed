package io.tesserae.engines.triton;

import io.tesserae.contract.failure.Reason;
import io.tesserae.engines.EngineException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** All addresses of one model. Each is asked again and again whether it takes calls; a call goes to the one that has the fewest. Thread-safe. */
final class TritonServers implements AutoCloseable {

    /** Starts the questions; each waits for its answer on a thread of its own, so that a server that is silent holds up no other. */
    private static final ScheduledThreadPoolExecutor CLOCK = new ScheduledThreadPoolExecutor(1, daemons("triton-clock"));
    private static final ExecutorService QUESTIONS =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons("triton-health"));

    static {
        CLOCK.setRemoveOnCancelPolicy(true);
    }

    private final TritonOptions options;
    private final List<TritonServer> servers;
    private final ScheduledFuture<?> questions;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile boolean closed;

    private TritonServers(TritonOptions options, ModelCard card) {
        this.options = options;
        this.servers = options.addresses().stream().map(address -> new TritonServer(address, options, card)).toList();
        long period = Math.max(1, options.checkEvery().toMillis());
        this.questions = CLOCK.scheduleWithFixedDelay(this::ask, 0, period, TimeUnit.MILLISECONDS);
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private void ask() {
        servers.forEach(server -> QUESTIONS.execute(server::ask));
    }

    /**
     * Connects, and waits until the model is ready somewhere. Throws {@link EngineException} that says of each address what is wrong: at once where no
     * waiting would mend it, else when {@link TritonOptions#startUp} is over.
     */
    static TritonServers open(TritonOptions options, ModelCard card) {
        TritonServers servers = new TritonServers(options, card);
        try {
            servers.awaitReady();
            return servers;
        } catch (RuntimeException unusable) {
            servers.close();
            throw unusable;
        }
    }

    /** Connects and waits for nobody. */
    static TritonServers watch(TritonOptions options, ModelCard card) {
        return new TritonServers(options, card);
    }

    /** Has something done again and again, briefly. */
    static ScheduledFuture<?> every(long millis, Runnable task) {
        return CLOCK.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + options.startUp().toNanos();
        while (!anyReady()) {
            if (servers.stream().allMatch(TritonServer::refused) || System.nanoTime() > deadline) {
                throw new EngineException(Reason.STAGE_UNAVAILABLE, "Triton cannot serve " + options.modelInWords() + ": " + troubles(), null);
            }
            pause(Math.min(50, Math.max(1, options.checkEvery().toMillis())));
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new EngineException(Reason.STAGE_UNAVAILABLE, "interrupted while waiting for Triton", hurried);
        }
    }

    /**
     * The server for the next call. Throws {@link EngineException} STAGE_UNAVAILABLE that says of each address why it takes none.
     *
     * @param avoided where the call has just failed; null for none. Taken all the same where there is no other
     */
    TritonServer next(TritonServer avoided) {
        TritonServer best = null;
        int first = Math.floorMod(turn.getAndIncrement(), servers.size());
        for (int i = 0; i < servers.size(); i++) {
            TritonServer server = servers.get((first + i) % servers.size());
            if (server.ready() && (best == null || better(server, best, avoided))) {
                best = server;
            }
        }
        if (best == null) {
            throw unavailable();
        }
        return best;
    }

    private static boolean better(TritonServer server, TritonServer best, TritonServer avoided) {
        if ((server == avoided) != (best == avoided)) {
            return best == avoided;
        }
        return server.underWay() < best.underWay();
    }

    /** Throws {@link EngineException} unless a call could be made now. */
    void check() {
        requireOpen();
        if (!anyReady()) {
            throw unavailable();
        }
    }

    void requireOpen() {
        if (closed) {
            throw new EngineException(Reason.STAGE_UNAVAILABLE, "the engine is closed", null);
        }
    }

    private boolean anyReady() {
        return servers.stream().anyMatch(TritonServer::ready);
    }

    private EngineException unavailable() {
        return new EngineException(Reason.STAGE_UNAVAILABLE, "Triton takes no calls of " + options.modelInWords() + ": " + troubles(), null);
    }

    private String troubles() {
        return servers.stream().map(server -> server.address() + " (" + server.trouble() + ")").collect(Collectors.joining(", "));
    }

    /** The model as the first server that became ready describes it. */
    Found found() {
        return anyFound().orElseThrow(this::unavailable);
    }

    /** The same; empty while none is ready. */
    Optional<Found> anyFound() {
        return servers.stream().flatMap(server -> server.found().stream()).findFirst();
    }

    /** Refuses new calls and waits for those under way, as long as one may take. */
    @Override
    public void close() {
        closed = true;
        questions.cancel(false);
        servers.forEach(server -> server.channel().shutdown());
        long deadline = System.nanoTime() + options.timeout().toNanos();
        for (TritonServer server : servers) {
            try {
                server.channel().awaitTermination(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
            server.channel().shutdownNow();
        }
    }
}
