package io.tesserae.families.pixels;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * The threads that work on pixels: those that ask, and idle ones that help them. Together there are never more at work than the crew
 * has members, so that many pictures at once run one on a thread, and one alone runs on all. Thread-safe.
 */
public final class Crew {

    /** One member for each processor that this machine, or its container, has. */
    public static final Crew ALL = new Crew(Runtime.getRuntime().availableProcessors());

    private final int size;
    private final AtomicInteger working = new AtomicInteger();
    private final ThreadPoolExecutor helpers;

    /** A crew of that many members, at least 1. */
    public Crew(int size) {
        this.size = size;
        AtomicInteger number = new AtomicInteger();
        helpers = new ThreadPoolExecutor(size, size, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(work, "pixels-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        helpers.allowCoreThreadTimeOut(true);
    }

    /** How many may work at once, the asking thread included. */
    public int size() {
        return size;
    }

    /** Runs work on this thread, which counts as one of the crew meanwhile. */
    public void working(Runnable work) {
        working.incrementAndGet();
        try {
            work.run();
        } finally {
            working.decrementAndGet();
        }
    }

    /** Has a member that is free do this too; false, and nothing is done, if none is. What it throws is lost. */
    public boolean help(Runnable work) {
        if (working.incrementAndGet() > size) {
            working.decrementAndGet();
            return false;
        }
        helpers.execute(() -> {
            try {
                work.run();
            } finally {
                working.decrementAndGet();
            }
        });
        return true;
    }

    /** Runs the task for each number from 0 to {@code count} − 1, on this thread and those that are free. Throws what a task throws. */
    public void each(int count, IntConsumer task) {
        Shares shares = new Shares(count, task);
        working(() -> {
            for (int asked = 1; asked < Math.min(size, count) && help(shares::take); asked++) {
                continue;
            }
            shares.take();
            shares.await();
        });
    }
}
