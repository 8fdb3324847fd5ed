package io.tesserae.gateway.errand;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Work that several errands wait for. It is an errand of its own: it goes on while at least one of them waits, whoever began it, and is
 * abandoned once the last has gone. The time of its stages is told to every errand that waits. Thread-safe.
 */
public final class SharedErrand {

    private final Errand own;
    /** Let go of once the work is over: errands that waited remember this object to their own end, and must not hold a picture by it. */
    private Runnable deserted;
    private final Set<Errand> waiting = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean over;

    SharedErrand(Errand own, Runnable deserted) {
        this.own = own;
        this.deserted = deserted;
    }

    /** What the work itself runs under. */
    public Errand errand() {
        return own;
    }

    /** Has {@code errand} wait too, until it leaves, ends or is aborted. False where everybody had gone, or the work was done, before it came. */
    public boolean join(Errand errand) {
        synchronized (this) {
            if (over) {
                return false;
            }
            if (!waiting.add(errand)) {
                return true;
            }
        }
        own.clock().tell(errand.clock());
        errand.onEnd(() -> leave(errand));
        errand.onAbort(() -> leave(errand));
        return true;
    }

    /** {@code errand} waits no longer. */
    public void leave(Errand errand) {
        Runnable last;
        synchronized (this) {
            if (!waiting.remove(errand) || !waiting.isEmpty() || over) {
                return;
            }
            over = true;
            last = deserted;
            deserted = null;
        }
        last.run();
        own.abandon();
        own.end();
    }

    /** The work is done: nobody waits any more. */
    public void end() {
        synchronized (this) {
            over = true;
            waiting.clear();
            deserted = null;
        }
        own.end();
    }
}
