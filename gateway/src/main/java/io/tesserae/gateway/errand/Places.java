package io.tesserae.gateway.errand;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;

/** A bounded number of places, given in order of asking. Asking never blocks. */
public final class Places {

    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private int free;

    private record Waiter(Runnable entered, AtomicBoolean gone) {
    }

    public Places(int count) {
        free = count;
    }

    /** Runs {@code entered} once a place is there. Closing what is returned gives the place up, or the waiting for it. */
    public Place enter(Runnable entered) {
        Waiter waiter = new Waiter(entered, new AtomicBoolean());
        Place place = new Place(waiter);
        synchronized (this) {
            if (free == 0) {
                waiting.add(waiter);
                return place;
            }
            free--;
        }
        entered.run();
        return place;
    }

    /** How many wait for a place. */
    public synchronized int waiting() {
        return waiting.size();
    }

    private void leave(Waiter waiter) {
        if (!waiter.gone.compareAndSet(false, true)) {
            return;
        }
        Waiter next;
        synchronized (this) {
            if (waiting.remove(waiter)) {
                return;
            }
            next = waiting.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        next.entered.run();
    }

    /** A place, or the waiting for one. */
    public final class Place implements AutoCloseable {

        private final Waiter waiter;

        private Place(Waiter waiter) {
            this.waiter = waiter;
        }

        @Override
        public void close() {
            leave(waiter);
        }
    }
}
