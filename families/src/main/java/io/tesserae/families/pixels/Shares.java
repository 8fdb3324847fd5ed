package io.tesserae.families.pixels;

import java.util.function.IntConsumer;

/** Numbered tasks, of which each thread takes the next. */
final class Shares {

    private final int count;
    private final IntConsumer task;
    private int next;
    private int done;
    private Throwable failure;

    Shares(int count, IntConsumer task) {
        this.count = count;
        this.task = task;
    }

    /** Does tasks until none is left that nobody has begun. */
    void take() {
        for (int number = begin(); number < count; number = begin()) {
            try {
                task.accept(number);
                end(null);
            } catch (RuntimeException | Error broken) {
                end(broken);
            }
        }
    }

    private synchronized int begin() {
        return failure == null ? next++ : count;
    }

    private synchronized void end(Throwable broken) {
        failure = failure == null ? broken : failure;
        done++;
        notifyAll();
    }

    /** Waits for those that others have begun. Throws what one of the tasks threw. */
    synchronized void await() {
        boolean interrupted = false;
        while (done < Math.min(next, count)) {
            try {
                wait();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
    }
}
