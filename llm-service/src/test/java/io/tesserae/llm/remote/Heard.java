package io.tesserae.llm.remote;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.failure.Failure;
import io.tesserae.llm.sampling.Logprobs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Keeps what a remote brain says of one answer, and insists that it ends once. */
public final class Heard implements RemoteListener {

    private final List<Long> ids = new ArrayList<>();
    private final List<Logprobs> logprobs = new ArrayList<>();
    private boolean finished;
    private Failure failure;
    private boolean twice;

    @Override
    public synchronized void token(long id, Logprobs ofToken) {
        twice |= over();
        ids.add(id);
        logprobs.add(ofToken);
        notifyAll();
    }

    @Override
    public synchronized void finished() {
        twice |= over();
        finished = true;
        notifyAll();
    }

    @Override
    public synchronized void failed(Failure why) {
        twice |= over();
        failure = why;
        notifyAll();
    }

    private boolean over() {
        return finished || failure != null;
    }

    public synchronized List<Long> awaitFinish() {
        await(this::over);
        if (failure != null) {
            throw new AssertionError("the answer failed", failure);
        }
        return List.copyOf(ids);
    }

    public synchronized Failure awaitFailure() {
        await(this::over);
        assertTrue(failure != null, "the answer did not fail");
        return failure;
    }

    synchronized List<Long> awaitTokens(int count) {
        await(() -> ids.size() >= count || over());
        assertTrue(ids.size() >= count, () -> "the answer ended after " + ids.size() + " tokens: " + failure);
        return List.copyOf(ids);
    }

    synchronized List<Logprobs> logprobs() {
        return new ArrayList<>(logprobs);
    }

    synchronized boolean endedOnce() {
        return over() && !twice;
    }

    private void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        try {
            while (!condition.getAsBoolean()) {
                assertTrue(System.nanoTime() < deadline, "nothing was heard for a minute");
                wait(1000);
            }
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }
}
