package io.tesserae.llm.scheduler;

import io.micrometer.core.instrument.MeterRegistry;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.decoder.EmbeddingTable;
import io.tesserae.llm.remote.RemoteBrain;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Has sequences answered by an engine elsewhere, which schedules and batches them itself. Here they wait for their pictures, then for one of so many places at that
 * engine, the more urgent first.
 */
public final class RemoteEngine implements SequenceEngine {

    private static final Logger LOG = Logger.getLogger(RemoteEngine.class);
    private static final long LOOK_ROUND_MILLIS = 200;

    private final RemoteBrain brain;
    private final EmbeddingTable table;
    private final BrainShape shape;
    private final int places;
    private final Limits limits;
    private final Consumer<Boolean> reach;
    private final Intake intake;
    private final EngineMetrics metrics;
    private final ExecutorService workers;
    private final ScheduledExecutorService watch;
    private final Map<Sequence, RemoteSequence> alive = new ConcurrentHashMap<>();
    /** Those that lack nothing but a place; guarded by itself, as are the next two. */
    private final PriorityQueue<RemoteSequence> complete = new PriorityQueue<>(Comparator.comparingInt(RemoteSequence::priority)
            .thenComparingLong(RemoteSequence::number));
    private final Set<RemoteSequence> seated = new HashSet<>();
    private long arrivals;
    private volatile boolean reached;

    /**
     * Brain and table belong to it from here on.
     *
     * @param places answers that the engine elsewhere is asked for at once
     * @param reach  hears whenever the engine comes into reach or is lost
     */
    public RemoteEngine(RemoteBrain brain, EmbeddingTable table, BrainShape shape, int places, Limits limits, MeterRegistry registry, String model,
            Consumer<Boolean> reach) {
        this.brain = brain;
        this.table = table;
        this.shape = shape;
        this.places = places;
        this.limits = limits;
        this.reach = reach;
        this.intake = new Intake(limits.queueCapacity(), places);
        this.metrics = new EngineMetrics(registry, model);
        this.workers = Executors.newFixedThreadPool(Math.max(2, Runtime.getRuntime().availableProcessors()), task -> daemon(task, "llm-remote"));
        this.watch = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "llm-remote-watch"));
        watch.scheduleWithFixedDelay(this::lookRound, 0, LOOK_ROUND_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public String name() {
        return brain.name();
    }

    @Override
    public void requireRoom() {
        intake.requireRoom();
        brain.check();
    }

    @Override
    public void requireReach() {
        brain.check();
    }

    @Override
    public void submit(Sequence sequence) {
        brain.check();
        RemoteSequence journey;
        synchronized (complete) {
            journey = new RemoteSequence(this, sequence, arrivals++, workers);
        }
        journey.requireSupported();
        alive.put(sequence, journey);
        try {
            intake.enter(sequence);
        } catch (Failure refused) {
            alive.remove(sequence);
            throw refused;
        }
        intake.next();
        journey.look();
    }

    @Override
    public void wake(Sequence sequence) {
        RemoteSequence journey = alive.get(sequence);
        if (journey != null) {
            journey.look();
        }
    }

    @Override
    public int slots() {
        return places;
    }

    @Override
    public boolean accepting() {
        return intake.open() && reachable();
    }

    private boolean reachable() {
        try {
            brain.check();
            return true;
        } catch (Failure away) {
            return false;
        }
    }

    private void lookRound() {
        try {
            boolean now = reachable();
            if (now != reached) {
                reached = now;
                LOG.info("the " + brain.name() + " engine is " + (now ? "in reach" : "out of reach"));
                reach.accept(now && intake.open());
            }
            alive.values().forEach(RemoteSequence::look);
            int running = running();
            metrics.running.set(running);
            metrics.waiting.set(Math.max(0, alive.size() - running));
        } catch (RuntimeException broken) {
            LOG.error("looking round failed", broken);
        }
    }

    private int running() {
        synchronized (complete) {
            return seated.size();
        }
    }

    /** A sequence that lacks nothing asks for a place; it is told by {@link RemoteSequence#seated} when it has one. */
    void wantsPlace(RemoteSequence journey) {
        synchronized (complete) {
            complete.add(journey);
        }
        seat();
    }

    /** Sequences that lack nothing but a place. */
    int wantPlaces() {
        synchronized (complete) {
            return complete.size();
        }
    }

    private void seat() {
        while (true) {
            RemoteSequence next;
            synchronized (complete) {
                if (seated.size() >= places || complete.isEmpty()) {
                    return;
                }
                next = complete.poll();
                seated.add(next);
            }
            intake.seated();
            next.seated();
        }
    }

    /** A sequence has ended. */
    void left(RemoteSequence journey) {
        alive.remove(journey.sequence());
        boolean hadPlace;
        synchronized (complete) {
            complete.remove(journey);
            hadPlace = seated.remove(journey);
        }
        intake.left(hadPlace);
        seat();
    }

    RemoteBrain brain() {
        return brain;
    }

    EmbeddingTable table() {
        return table;
    }

    BrainShape shape() {
        return shape;
    }

    Limits limits() {
        return limits;
    }

    EngineMetrics metrics() {
        return metrics;
    }

    /** A sequence kept its place for that long. */
    void took(double seconds) {
        intake.took(seconds);
    }

    @Override
    public void drain(Duration patience) {
        intake.close();
        intake.awaitEmpty(patience);
    }

    @Override
    public void close() {
        intake.close();
        if (watch.isShutdown()) {
            return;
        }
        watch.shutdownNow();
        Failure stopping = Failure.of(Reason.STAGE_UNAVAILABLE, "the llm service is shutting down");
        alive.values().forEach(journey -> journey.end(stopping));
        intake.awaitEmpty(Duration.ofSeconds(5));
        brain.close();
        workers.shutdown();
        table.close();
    }
}
