package io.tesserae.engines;

import java.util.LinkedHashSet;
import java.util.Set;

/** Told once that nobody waits for a result any more; whoever works on it asks, or registers what to do then. Thread-safe. */
public final class Cancellation {

    private final Set<Registration> registrations = new LinkedHashSet<>();
    private boolean cancelled;

    /** One that nobody will cancel. */
    public static Cancellation none() {
        return new Cancellation();
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Cancels; the second time does nothing. What is registered runs on this thread. */
    public synchronized void cancel() {
        if (cancelled) {
            return;
        }
        cancelled = true;
        Set.copyOf(registrations).forEach(registration -> registration.action.run());
        registrations.clear();
    }

    /**
     * Runs {@code action} when cancelled: at once if that has happened. Once the registration's {@code close} has returned,
     * the action is neither running nor will run, so that what it touches may be freed.
     */
    public synchronized Registration onCancel(Runnable action) {
        Registration registration = new Registration(action);
        if (cancelled) {
            action.run();
        } else {
            registrations.add(registration);
        }
        return registration;
    }

    /** An action that waits for the cancellation. */
    public final class Registration implements AutoCloseable {

        private final Runnable action;

        private Registration(Runnable action) {
            this.action = action;
        }

        @Override
        public void close() {
            synchronized (Cancellation.this) {
                registrations.remove(this);
            }
        }
    }
}
