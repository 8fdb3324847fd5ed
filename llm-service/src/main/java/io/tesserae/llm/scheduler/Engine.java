package io.tesserae.llm.scheduler;

import io.micrometer.core.instrument.MeterRegistry;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.decoder.Brain;
import io.tesserae.llm.decoder.KvCacheFullException;
import io.tesserae.llm.sampling.Logprobs;
import io.tesserae.llm.sampling.Sampler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/** Computes all sequences here, on one thread of its own, step after step: schedule, run, sample. */
public final class Engine implements SequenceEngine {

    private static final Logger LOG = Logger.getLogger(Engine.class);
    private static final long LOOK_ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Brain brain;
    private final Rows rows;
    private final Pace pace;
    private final Scheduler scheduler;
    private final Limits limits;
    private final EngineMetrics metrics;
    private final Sampler sampler;
    private final Thread thread;
    private final Intake intake;
    private volatile boolean closed;

    private final float[] logits;
    private final long[] ids;
    private final int[] lengths;
    private final int[] positions;
    private boolean decoded;
    private long lastWork = System.nanoTime();
    private long lastLookRound;

    /** Starts the thread. The brain belongs to it from here on. */
    public Engine(Brain brain, Limits limits, MeterRegistry registry, String model) {
        this.brain = brain;
        this.limits = limits;
        this.rows = new Rows(brain, limits.reuse());
        this.pace = new Pace(limits.chunkBesideDecode(), limits.stretch());
        this.scheduler = new Scheduler(rows, limits, pace, brain.shape().bidirectional() > 0);
        this.metrics = new EngineMetrics(registry, model);
        this.intake = new Intake(limits.queueCapacity(), brain.rows());
        this.sampler = new Sampler(brain.shape().vocabulary());
        this.logits = new float[brain.shape().vocabulary()];
        this.ids = new long[brain.rows()];
        this.lengths = new int[brain.rows()];
        this.positions = new int[brain.rows()];
        this.thread = new Thread(this::loop, "llm-engine");
        thread.start();
    }

    @Override
    public String name() {
        return "onnx";
    }

    @Override
    public void requireRoom() {
        intake.requireRoom();
    }

    @Override
    public void requireReach() {
        // It is in this process.
    }

    @Override
    public void submit(Sequence sequence) {
        intake.enter(sequence);
        wake(sequence);
    }

    @Override
    public void wake(Sequence changed) {
        wake();
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    @Override
    public int slots() {
        return brain.rows();
    }

    @Override
    public boolean accepting() {
        return intake.open() && thread.isAlive();
    }

    @Override
    public void drain(Duration patience) {
        intake.close();
        intake.awaitEmpty(patience);
    }

    /** Ends what is left with STAGE_UNAVAILABLE, stops the thread and closes the brain. */
    @Override
    public void close() {
        intake.close();
        closed = true;
        wake();
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        while (!closed) {
            try {
                Step step = schedule();
                if (step.empty()) {
                    rest();
                } else {
                    run(step);
                    sample(step);
                    lastWork = System.nanoTime();
                }
            } catch (RuntimeException | OutOfMemoryError broken) {
                LOG.error("a step failed", broken);
                end(scheduler.all(), Failure.of(Reason.INTERNAL, "the engine failed"));
            }
        }
        drainArrivals();
        end(scheduler.all(), Failure.of(Reason.STAGE_UNAVAILABLE, "the llm service is shutting down"));
        brain.close();
    }

    private Step schedule() {
        drainArrivals();
        end(scheduler.cancelled(), Failure.of(Reason.CANCELLED, "the caller went away"));
        long now = System.nanoTime();
        if (now - lastLookRound > LOOK_ROUND_NANOS) {
            lastLookRound = now;
            for (Sequence starved : scheduler.starved(now)) {
                end(List.of(starved), Failure.inField(Reason.DEADLINE_EXCEEDED, "embeddings[" + starved.missingSlot() + "]", "embeddings of slot "
                        + starved.missingSlot() + " did not come within " + limits.embeddingsTimeout().toSeconds() + " s"));
            }
        }
        admit();
        metrics.waiting.set(scheduler.waiting());
        metrics.running.set(rows.size());
        long used = 0;
        for (Sequence sequence : rows.all()) {
            used += sequence.computed;
        }
        metrics.kvUse.set((int) (used * 1_000_000 / ((long) brain.rows() * brain.shape().context())));
        while (rows.running() > 0 && !roomForDecoding()) {
            // Somebody lost its row.
        }
        return scheduler.next(now);
    }

    private void admit() {
        try {
            seat(scheduler.admit());
            for (Sequence victim = scheduler.outranked(); victim != null; victim = scheduler.outranked()) {
                preempt(victim);
                seat(scheduler.admit());
            }
        } catch (KvCacheFullException full) {
            end(List.of(scheduler.first()), full(full));
        }
    }

    private void seat(List<Sequence> admitted) {
        for (Sequence sequence : admitted) {
            intake.seated();
            if (sequence.clock.admitted()) {
                metrics.admitted(sequence);
            }
        }
    }

    /** Takes a sequence's row away, which it must have; it waits, and is computed again from its first token when it has one. */
    private void preempt(Sequence sequence) {
        rows.remove(sequence, true);
        sequence.startOver();
        intake.unseated();
        scheduler.again(sequence);
        metrics.preempted();
    }

    private void drainArrivals() {
        for (Sequence arrival = intake.next(); arrival != null; arrival = intake.next()) {
            if (arrival.ended() == null) {
                if (brain.reproducible()) {
                    arrival.reproducible();
                }
                scheduler.add(arrival);
            } else {
                // What was generated elsewhere was the whole answer.
                finish(arrival);
            }
        }
    }

    private void run(Step step) {
        if (step.prefill() != null) {
            prefill(step);
        }
        // Where everybody has a guess, what decoding would give comes with the check.
        decoded = step.decoding() > 0 && !(speculative() && rows.runningSequences().stream().allMatch(sequence -> guess(sequence) > 0));
        if (decoded) {
            decode(step);
        }
    }

    /** Makes room for one more token of every running sequence. False where there was none, and another sequence lost its row for it. */
    private boolean roomForDecoding() {
        int longest = 0;
        for (Sequence sequence : rows.runningSequences()) {
            longest = Math.max(longest, sequence.computed + 1);
        }
        try {
            rows.reserve(longest);
            return true;
        } catch (KvCacheFullException full) {
            makeWay(scheduler.leastUrgent(), full);
            return false;
        }
    }

    /** There is no memory for all: one of them waits for the others, or is ended where that is not allowed or there are no others. */
    private void makeWay(Sequence sequence, KvCacheFullException full) {
        if (limits.preemption() && rows.size() > 1) {
            preempt(sequence);
        } else {
            end(List.of(sequence), full(full));
        }
    }

    private void prefill(Step step) {
        Sequence sequence = step.prefill();
        long begun = System.nanoTime();
        try {
            rows.reserve(sequence.computed + step.count());
            brain.prefill(sequence.row, sequence.computed, sequence.tokens(), step.from(), step.count(), sequence.pictures(brain.shape().hidden()));
            sequence.computed += step.count();
            rows.grew();
            if (step.decoding() > 0) {
                pace.prefilled(step.count(), System.nanoTime() - begun);
            }
        } catch (KvCacheFullException full) {
            makeWay(sequence, full);
        } catch (RuntimeException broken) {
            LOG.errorf(broken, "prefill of request %s failed", sequence.request().id());
            end(List.of(sequence), Failure.of(Reason.INTERNAL, "the engine failed"));
        }
        sequence.clock.computed(System.nanoTime() - begun);
    }

    private void decode(Step step) {
        List<Sequence> running = rows.runningSequences();
        for (int row = 0; row < step.decoding(); row++) {
            ids[row] = running.get(row).nextId();
            lengths[row] = running.get(row).computed;
            positions[row] = lengths[row] - running.get(row).savedPositions;
        }
        long begun = System.nanoTime();
        brain.decode(step.decoding(), ids, lengths, positions);
        pace.decoded(System.nanoTime() - begun);
        metrics.batch(step.decoding());
    }

    private void sample(Step step) {
        List<Sequence> done = new ArrayList<>(); // They leave last: leaving moves rows.
        List<Sequence> running = rows.runningSequences();
        for (int row = 0; decoded && row < step.decoding(); row++) {
            Sequence sequence = running.get(row);
            sequence.computed++;
            if (sequence.caughtUp()) {
                brain.decodeLogits(row, logits);
                choose(sequence, done);
            }
        }
        Sequence prefilled = step.prefill();
        if (prefilled != null && prefilled.state == Sequence.State.PREFILLING && prefilled.prefilled()) {
            rows.start(prefilled);
            if (!limits.preemption()) {
                prefilled.forgetEmbeddings();
            }
            if (prefilled.clock.beforeFirstToken()) {
                metrics.prefilled(prefilled);
            }
            if (prefilled.caughtUp()) {
                brain.prefillLogits(0, logits);
                choose(prefilled, done);
            }
        }
        for (int row = 0; speculative() && row < rows.running(); row++) {
            if (!done.contains(running(row))) {
                check(running(row), done);
            }
        }
        for (Sequence sequence : done) {
            if (sequence.ended() != null) {
                finish(sequence);
            } else {
                LOG.errorf("the model gave no finite logits for request %s", sequence.request().id());
                end(List.of(sequence), Failure.of(Reason.INTERNAL, "the model gave no finite logits"));
            }
        }
    }

    private Sequence running(int row) {
        return rows.runningSequences().get(row);
    }

    private boolean speculative() {
        return !brain.reproducible() && limits.lookup().most() > 0 && rows.running() <= limits.lookup().mostRunning() && brain.mostScored() > limits.lookup().most();
    }

    private int guess(Sequence sequence) {
        return sequence.guess(limits.lookup(), brain.shape().context() - sequence.size() - 1);
    }

    /** Guesses how a running answer goes on, and takes as much of it as the model says itself, and one token more. */
    private void check(Sequence sequence, List<Sequence> done) {
        int guessed = guess(sequence);
        if (guessed == 0) {
            return;
        }
        int past = sequence.computed; // All but the last token.
        try {
            rows.reserve(past + 1 + guessed);
        } catch (KvCacheFullException full) {
            sequence.guessed(0); // It goes on without for a while.
            return;
        }
        brain.prefill(sequence.row, past, sequence.tokens(), past, 1 + guessed, sequence.pictures(brain.shape().hidden()), 1 + guessed);
        int right = 0;
        for (int i = 0; i <= guessed; i++) {
            long wanted = i < guessed ? sequence.tokens()[sequence.size()] : -1;
            sequence.computed++;
            brain.prefillLogits(i, logits);
            choose(sequence, done);
            if (done.contains(sequence) || sequence.lastId() != wanted) {
                break;
            }
            right++;
        }
        sequence.guessed(right);
        metrics.guessed(guessed, right);
    }

    /** Takes the sequence's next token from {@link #logits}. */
    private void choose(Sequence sequence, List<Sequence> done) {
        GenerationRequest request = sequence.request();
        boolean wanted = request.topLogprobs() >= 0;
        boolean changed = sequence.seen() != null || request.sampling().biasIds().length > 0 || sequence.allowed() != null;
        float[] unchanged = wanted && changed ? logits.clone() : logits;
        int id = sequence.forced();
        if (id < 0) {
            id = sampler.sample(logits, request.sampling(), sequence.seen(), sequence.generated(), sequence.allowed());
            id = id < 0 ? id : sequence.fitting(id);
        }
        if (id < 0) {
            done.add(sequence);
            return;
        }
        sequence.accept(id, wanted ? Logprobs.of(unchanged, id, request.topLogprobs()) : null);
        metrics.token(sequence);
        if (sequence.ended() != null) {
            done.add(sequence);
        }
    }

    private void finish(Sequence sequence) {
        leave(sequence, true);
        metrics.finished(sequence);
        intake.took((sequence.clock.prefill() + sequence.clock.decode()) / 1e9);
        sequence.listener().finished(sequence.end());
    }

    private void end(List<Sequence> sequences, Failure failure) {
        for (Sequence sequence : sequences) {
            // What a run that failed left behind is nobody's prefix.
            leave(sequence, failure.reason() != Reason.INTERNAL);
            sequence.listener().failed(failure);
        }
    }

    private void leave(Sequence sequence, boolean keep) {
        boolean hadRow = sequence.row >= 0;
        if (hadRow) {
            rows.remove(sequence, keep);
        }
        sequence.state = Sequence.State.ENDED;
        intake.left(hadRow);
    }

    private static Failure full(KvCacheFullException full) {
        LOG.error(full.getMessage());
        return Failure.overload(Reason.KV_CACHE_FULL, 1, "the KV cache has no room for this request now");
    }

    /** Nothing can be computed: waits until woken, but looks round for what has waited too long. */
    private void rest() {
        if (!scheduler.idle()) {
            LockSupport.parkNanos(LOOK_ROUND_NANOS);
        } else if (brain.kvBytes() > 0) {
            long left = limits.idleRelease().toNanos() - (System.nanoTime() - lastWork);
            if (left <= 0) {
                rows.forget();
                brain.release();
            } else if (!intake.arrived()) {
                LockSupport.parkNanos(left);
            }
        } else if (!intake.arrived() && !closed) {
            LockSupport.park();
        }
    }
}
