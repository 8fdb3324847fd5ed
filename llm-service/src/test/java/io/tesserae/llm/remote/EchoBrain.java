package io.tesserae.llm.remote;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.sampling.Logprobs;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The least that a remote brain can be: threads of this process that say the prompt's ids, again and again. For the scheduler's tests. */
public final class EchoBrain implements RemoteBrain {

    private final Set<Answer> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger begun = new AtomicInteger();
    private volatile boolean up = true;
    private volatile int held = Integer.MAX_VALUE;
    /** Every request, in the order of their beginning. */
    public final List<RemoteRequest> requests = new CopyOnWriteArrayList<>();

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public void check() {
        if (!up) {
            throw away();
        }
    }

    private static Failure away() {
        return Failure.of(Reason.STAGE_UNAVAILABLE, "the echo engine is out of reach");
    }

    @Override
    public void requireSupported(RemoteRequest request) {
        if (request.sampling().repetitionPenalty() != 1) {
            throw Failure.inField(Reason.UNSUPPORTED_FIELD, "start.sampling.repetition_penalty", "repetition_penalty is not for echoes");
        }
    }

    @Override
    public Run begin(RemoteRequest request, RemoteListener listener) {
        requests.add(request);
        begun.incrementAndGet();
        Answer answer = new Answer(request, listener);
        running.add(answer);
        new Thread(answer, "echo").start();
        return () -> answer.cancelled = true;
    }

    /** From now on answers stand still after so many tokens; {@link Integer#MAX_VALUE} lets all go on. */
    public void holdAfter(int tokens) {
        held = tokens;
    }

    /** Whether it can be reached. What runs is lost with it. */
    public void up(boolean now) {
        up = now;
        if (!now) {
            running.forEach(answer -> answer.lost = true);
        }
    }

    /** Loses what runs without being out of reach: another server of it is still there. */
    public void lose() {
        running.forEach(answer -> answer.lost = true);
    }

    public int running() {
        return running.size();
    }

    public int begun() {
        return begun.get();
    }

    @Override
    public void close() {
        up(false);
    }

    private final class Answer implements Runnable {

        private final RemoteRequest request;
        private final RemoteListener listener;
        private volatile boolean cancelled;
        private volatile boolean lost;

        Answer(RemoteRequest request, RemoteListener listener) {
            this.request = request;
            this.listener = listener;
            this.lost = !up;
        }

        @Override
        public void run() {
            int said = 0;
            while (!cancelled && !lost && said < request.maxTokens()) {
                if (said >= held) {
                    Thread.yield();
                    continue;
                }
                long id = request.promptIds()[(request.generated().length + said++) % request.promptIds().length];
                listener.token(id, request.topLogprobs() < 0 ? null : new Logprobs(-id / 1000f, new int[0], new float[0]));
                if (request.endIds().contains(id)) {
                    break;
                }
            }
            running.remove(this);
            if (lost) {
                listener.failed(away());
            } else if (!cancelled) {
                listener.finished();
            }
        }
    }
}
