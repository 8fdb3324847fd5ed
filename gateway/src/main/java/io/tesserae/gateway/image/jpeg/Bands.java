package io.tesserae.gateway.image.jpeg;

import io.tesserae.families.pixels.Crew;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * Takes a picture's bands from coefficients to pixels. The calling thread reads them in order; each is transformed by whichever thread
 * is free, and painted once its neighbours, whose chroma it needs, are transformed too. A few bands' worth of room goes round: where
 * none is free, the reading thread does what is to be done itself, so that it needs no other thread and waits for none that has not
 * begun.
 */
final class Bands {

    private final int count;
    private final BandSource source;
    private final Painter painter;
    private final Crew crew;
    private final Runnable check;
    private final Band[] ring;
    /** Transformations that a band's painting waits for. */
    private final byte[] awaited;
    /** Paintings that a band's room waits for. */
    private final byte[] needed;
    /** Bands to be transformed, as they are numbered, and to be painted, as −1 − number. The latest first: it lies in the cache. */
    private final Deque<Integer> open = new ArrayDeque<>();
    private int painted;
    private int helpers;
    private Throwable failure;
    private boolean stopped;

    Bands(JpegFrame frame, BandSource source, Painter painter, Crew crew, Runnable check) {
        count = frame.mcusHigh();
        this.source = source;
        this.painter = painter;
        this.crew = crew;
        this.check = check;
        ring = new Band[Math.min(count, 4 + 2 * crew.size())];
        awaited = new byte[count];
        Arrays.fill(awaited, (byte) 3);
        awaited[0]--;
        awaited[count - 1]--;
        needed = awaited.clone();
    }

    /** Returns when every band is painted. Fails as reading does, or as {@code check}, which is asked before each band. */
    void run() {
        crew.working(() -> {
            try {
                for (int number = 0; number < count; number++) {
                    int asked = number;
                    workUntil(() -> roomFor(asked));
                    check.run();
                    Band band = band(number);
                    source.read(number, band);
                    add(number);
                    callHelp();
                }
                workUntil(() -> painted == count);
            } finally {
                stop();
            }
        });
    }

    /** The room that the band of that number has, made when it is first needed. */
    Band band(int number) {
        int place = number % ring.length;
        if (ring[place] == null) {
            ring[place] = painter.newBand();
        }
        return ring[place];
    }

    private boolean roomFor(int number) {
        return number < ring.length || needed[number - ring.length] == 0;
    }

    private synchronized void add(int number) {
        open.addFirst(number);
    }

    private synchronized void stop() {
        stopped = true;
        open.clear();
    }

    private synchronized void rethrow() {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
    }

    private void callHelp() {
        synchronized (this) {
            if (helpers >= crew.size() - 1) {
                return;
            }
            helpers++;
        }
        if (!crew.help(this::help)) {
            synchronized (this) {
                helpers--;
            }
        }
    }

    private void help() {
        try {
            while (work()) {
                continue;
            }
        } catch (RuntimeException | Error broken) {
            synchronized (this) {
                failure = broken;
                notifyAll();
            }
        } finally {
            synchronized (this) {
                helpers--;
            }
        }
    }

    /** Does what is to be done until {@code ready}, which is asked under the lock; where helpers do all there is, waits for them. */
    private void workUntil(BooleanSupplier ready) {
        while (true) {
            synchronized (this) {
                rethrow();
                if (ready.getAsBoolean()) {
                    return;
                }
                if (open.isEmpty()) {
                    await();
                    continue;
                }
            }
            work();
        }
    }

    private void await() {
        try {
            wait();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while decoding", interrupted);
        }
    }

    /** Does one thing that is to be done; false if there is none. */
    private boolean work() {
        Integer next;
        synchronized (this) {
            next = stopped ? null : open.pollFirst();
        }
        if (next == null) {
            return false;
        }
        if (next >= 0) {
            source.complete(next, band(next));
            band(next).transform();
            transformed(next);
        } else {
            painter.paint(-1 - next, this);
            painted(-1 - next);
        }
        return true;
    }

    private synchronized void transformed(int number) {
        for (int near = Math.max(0, number - 1); near <= Math.min(count - 1, number + 1); near++) {
            if (--awaited[near] == 0) {
                open.addFirst(-1 - near);
            }
        }
        notifyAll();
    }

    private synchronized void painted(int number) {
        for (int near = Math.max(0, number - 1); near <= Math.min(count - 1, number + 1); near++) {
            needed[near]--;
        }
        painted++;
        notifyAll();
    }
}
