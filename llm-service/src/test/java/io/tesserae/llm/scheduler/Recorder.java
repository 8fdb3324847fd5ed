package io.tesserae.llm.scheduler;

import io.tesserae.contract.failure.Failure;
import io.tesserae.llm.sampling.Logprobs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps an answer, and insists that it ends once. */
final class Recorder implements AnswerListener {

    private final List<Long> ids = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final List<Logprobs> logprobs = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private AnswerEnd end;
    private Failure failure;
    private long endedAt;

    @Override
    public synchronized void token(long id, String text, Logprobs tokenLogprobs) {
        requireOpen();
        ids.add(id);
        texts.add(text);
        logprobs.add(tokenLogprobs);
        notifyAll();
    }

    @Override
    public synchronized void finished(AnswerEnd how) {
        requireOpen();
        end = how;
        endedAt = System.nanoTime();
        over.countDown();
    }

    @Override
    public synchronized void failed(Failure why) {
        requireOpen();
        failure = why;
        over.countDown();
    }

    private void requireOpen() {
        if (end != null || failure != null) {
            throw new IllegalStateException("the answer had ended");
        }
    }

    Recorder await() {
        awaitEnd();
        if (failure != null) {
            throw new AssertionError("the answer failed", failure);
        }
        return this;
    }

    Failure awaitFailure() {
        awaitEnd();
        if (failure == null) {
            throw new AssertionError("the answer did not fail");
        }
        return failure;
    }

    private void awaitEnd() {
        try {
            if (!over.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the answer did not end");
            }
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    synchronized void awaitTokens(int count) {
        try {
            while (ids.size() < count) {
                wait(30_000);
            }
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    synchronized long[] ids() {
        return ids.stream().mapToLong(Long::longValue).toArray();
    }

    synchronized String text() {
        return String.join("", texts);
    }

    synchronized String textFrom(int token) {
        return String.join("", texts.subList(token, texts.size()));
    }

    synchronized List<Logprobs> logprobs() {
        return logprobs;
    }

    AnswerEnd end() {
        return end;
    }

    long endedAt() {
        return endedAt;
    }
}
