package io.tesserae.gateway.stage;

import io.tesserae.contract.channel.Route;
import io.tesserae.contract.channel.Verdict;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Stage;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Timers;
import io.tesserae.llm.v1.Delta;
import io.tesserae.llm.v1.Finish;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.GenerateTimings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One answer being written, whichever brains write it. Where the brain at work dies, the answer goes on at another, from the token after the last
 * that was told: the same prompt, the same embeddings and the same seed, so that it is the same answer.
 */
public final class Generation {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(400);
    /** Brains that may die of one answer before its next token: it may be what they die of. */
    private static final int MOST_DEATHS = 5;

    private final StageLink link;
    private final Timers timers;
    private final GenerateStart start;
    private final Route route;
    private final boolean brief;
    private final UnaryOperator<Failure> blaming;
    private final Errand errand;
    private final GenerateListener listener;
    private final SentEmbeddings sent;
    private final int slots;
    private final long startNanos = System.nanoTime();
    private final List<Long> told = new ArrayList<>();
    private volatile long firstToken;

    private GenerationCall current;
    private boolean ended;
    private Errand.Handle handle;
    private int deaths;
    private Duration pause = FIRST_PAUSE;
    /** When a stage that is away has been waited for long enough; 0 while it is not away. */
    private long giveUp;
    private boolean onlyElsewhere;
    private Throwable reason;

    /**
     * @param brief whether the listener does little for each message, see {@link StageLink#open}
     * @param blaming has a failure blame what the caller wrote
     * @param sent  what is sent, kept for all answers to one question
     */
    Generation(StageLink link, Timers timers, GenerateStart start, Route route, boolean brief, Errand errand,
            GenerateListener listener, SentEmbeddings sent, int slots, UnaryOperator<Failure> blaming) {
        this.blaming = blaming;
        this.link = link;
        this.timers = timers;
        this.start = start;
        this.route = route;
        this.brief = brief;
        this.errand = errand;
        this.listener = listener;
        this.sent = sent;
        this.slots = slots;
    }

    void begin() {
        call(route.attempt());
        handle = errand.onAbort(this::cancel);
    }

    private synchronized void call(Route.Attempt attempt) {
        if (ended) {
            return;
        }
        GenerationCall call = new GenerationCall(this, attempt, slots);
        current = call;
        call.open(link, brief, errand, told.isEmpty() ? start : start.toBuilder().addAllGeneratedIds(told).build());
        sent.each(call::send);
    }

    private synchronized void cancel() {
        if (current != null) {
            current.cancel();
        } else if (end()) {
            errand.failure().ifPresent(listener::fail);
        }
    }

    /** Sends one slot's embeddings, which {@link SentEmbeddings} has kept already where it could. Any thread, any order, each slot once. */
    public synchronized void send(int slot, EyeOutput.Embeddings embeddings) {
        if (!ended && current != null) {
            current.send(slot, embeddings);
        }
    }

    void told(Delta delta, Runnable next) {
        firstToken = firstToken == 0 ? System.nanoTime() : firstToken;
        synchronized (this) {
            told.addAll(delta.getTokenIdsList());
            deaths = 0;
            giveUp = 0;
            pause = FIRST_PAUSE;
        }
        listener.tokens(delta.getText(), delta.getTokenIdsList(), GenerateMessages.logprobs(delta.getLogprobsList()));
        listener.whenReady(next);
    }

    void finished(Finish finish) {
        if (end()) {
            account(finish);
            listener.finish(GenerateMessages.generated(finish));
        }
    }

    void unfinished() {
        if (end()) {
            listener.fail(Failure.of(Reason.INTERNAL, "the llm stage ended an answer without saying why"));
        }
    }

    /** A call ended with an error: the answer goes on elsewhere, or later, or not at all. */
    void lost(GenerationCall call, Throwable thrown) {
        synchronized (this) {
            current = null;
            if (ended) {
                return;
            }
            if (call.placed() || reason == null) {
                reason = thrown;
            }
            if (errand.failure().isEmpty() && sent.whole() && goesOn(call, thrown)) {
                return;
            }
        }
        if (end()) {
            listener.fail(errand.failure().orElseGet(() -> blaming.apply(link.failureOf(reason))));
        }
    }

    /** Has the answer go on, where it can. */
    private boolean goesOn(GenerationCall call, Throwable thrown) {
        Failure failure = Failure.from(thrown);
        boolean full = failure.retryAfterSeconds() > 0;
        deaths += call.placed() ? 1 : 0;
        if (full && !told.isEmpty()) {
            // Somebody reads this answer already: it waits for its place as long as it may take.
            giveUp = 0;
            return later();
        }
        return switch (Verdict.of(thrown)) {
            case FINAL -> false;
            case ELSEWHERE -> call.placed() && deaths <= MOST_DEATHS && link.mayRetry()
                    && again(failure.reason() == Reason.REVISION_MISMATCH || told.isEmpty());
            case AWAY -> {
                long now = System.nanoTime();
                giveUp = giveUp == 0 ? now + link.patience().toNanos() : giveUp;
                if (onlyElsewhere && !call.placed() || deaths > MOST_DEATHS || now - giveUp >= 0) {
                    yield false;
                }
                yield call.placed() && deaths == 1 ? again(false) : later();
            }
        };
    }

    private boolean again(boolean strictly) {
        if (!told.isEmpty()) {
            link.wentOn();
        }
        onlyElsewhere = strictly;
        call(strictly ? route.elsewhere() : route.attempt());
        return true;
    }

    private boolean later() {
        link.lookAgain();
        Duration now = pause;
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        timers.after(now, () -> {
            synchronized (this) {
                onlyElsewhere = false;
                call(route.attempt());
            }
        });
        return true;
    }

    /** Whether this was the end, and not an echo of it. */
    private synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        if (handle != null) {
            handle.close();
        }
        return first;
    }

    /** Counts from the first token in both directions: the brain's waiting for embeddings and the way there are what is left at the front. */
    private void account(Finish finish) {
        GenerateTimings timings = finish.getTimings();
        long now = System.nanoTime();
        long decode = timings.getDecodeMicros() * 1_000;
        long prefill = timings.getPrefillMicros() * 1_000;
        long queue = timings.getQueueMicros() * 1_000;
        long first = firstToken == 0 ? now - decode : firstToken;
        errand.clock().record(Stage.DECODE_TOKENS, first, Math.min(now, first + decode));
        errand.clock().record(Stage.PREFILL, Math.max(startNanos, first - prefill), first);
        errand.clock().record(Stage.QUEUE, startNanos, Math.min(now, startNanos + queue));
    }
}
