package io.tesserae.llm.scheduler;

import io.tesserae.llm.decoder.KvCacheFullException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Who is computed next. Waiting sequences are given rows by priority, then by age; every step computes at most one chunk of one prompt and one
 * token of every running sequence, so that a long prompt never holds running answers up for longer than a chunk. A sequence that is more urgent than one that
 * has a row may take its row, where {@link Limits#preemption} says so; the other waits at its old place. For the engine's thread.
 */
final class Scheduler {

    private record Ticket(Sequence sequence, long number) {
    }

    /** The most urgent first: the lowest priority, then whoever came first. */
    private static final Comparator<Ticket> URGENCY =
            Comparator.comparingInt((Ticket ticket) -> ticket.sequence().request().priority()).thenComparingLong(Ticket::number);

    private final Rows rows;
    private final Limits limits;
    private final Pace pace;
    private final TreeSet<Ticket> waiting = new TreeSet<>(URGENCY);
    private final boolean wholePictures;
    private long nextNumber;

    /** @param wholePictures whether no chunk may end within a picture */
    Scheduler(Rows rows, Limits limits, Pace pace, boolean wholePictures) {
        this.rows = rows;
        this.limits = limits;
        this.pace = pace;
        this.wholePictures = wholePictures;
    }

    void add(Sequence sequence) {
        sequence.number = nextNumber++;
        waiting.add(new Ticket(sequence, sequence.number));
    }

    int waiting() {
        return waiting.size();
    }

    boolean idle() {
        return waiting.isEmpty() && rows.size() == 0;
    }

    /** Gives free rows away. Those that got one are returned. Throws {@link KvCacheFullException} if there is no memory for even one: see {@link #first}. */
    List<Sequence> admit() {
        List<Sequence> admitted = new ArrayList<>();
        for (Iterator<Ticket> tickets = waiting.iterator(); rows.free() > 0 && tickets.hasNext(); ) {
            Sequence sequence = tickets.next().sequence();
            // One whose picture is still with the eye may begin with its text, but must not keep out those that are ready.
            if (sequence.startable() || 2 * rows.free() > rows.free() + rows.size()) {
                try {
                    rows.add(sequence);
                } catch (KvCacheFullException full) {
                    if (rows.size() == 0) {
                        throw full;
                    }
                    return admitted; // It waits until another leaves.
                }
                tickets.remove();
                admitted.add(sequence);
            }
        }
        return admitted;
    }

    /** Takes the most urgent waiting sequence out, for which there is no memory even alone. */
    Sequence first() {
        return waiting.pollFirst().sequence();
    }

    /** Who must give its row to somebody more urgent that waits; null for nobody. */
    Sequence outranked() {
        if (!limits.preemption() || waiting.isEmpty() || rows.size() == 0) {
            return null;
        }
        Sequence urgent = waiting.first().sequence();
        Sequence victim = leastUrgent();
        return urgent.startable() && urgent.request().priority() < victim.request().priority() ? victim : null;
    }

    /** Of those that have rows the one that can wait best. */
    Sequence leastUrgent() {
        Sequence least = null;
        for (Sequence sequence : rows.all()) {
            least = least == null || before(least, sequence) ? sequence : least;
        }
        return least;
    }

    /** A sequence whose row was taken away waits again, where it would be if it had not had one. */
    void again(Sequence sequence) {
        waiting.add(new Ticket(sequence, sequence.number));
    }

    /** The next step; empty if nothing can be computed now. */
    Step next(long now) {
        int decoding = rows.running();
        Sequence first = pick(now);
        // Only by its turn have others computed all that it can take; what is left may need embeddings that are missing.
        while (first != null && rows.reuse(first) && first.available() <= first.computed) {
            first = pick(now);
        }
        if (first == null) {
            return new Step(null, 0, 0, decoding);
        }
        int available = first.available();
        int chunk = decoding > 0 ? Math.min(limits.chunk(), pace.chunk()) : limits.chunk();
        int count = wholePictures ? first.wholePictures(available, chunk) : Math.min(available - first.computed, chunk);
        return new Step(first, first.computed, count, decoding);
    }

    /** The most urgent sequence of whose prompt something can be computed; null if there is none. */
    private Sequence pick(long now) {
        Sequence first = null;
        for (Sequence sequence : rows.prefillingSequences()) {
            if (sequence.available() <= sequence.computed) {
                // Another may have computed what it waits for.
                rows.reuse(sequence);
            }
            if (sequence.available() <= sequence.computed) {
                sequence.clock.waits(now);
                continue;
            }
            sequence.clock.goesOn(now);
            first = first == null || before(sequence, first) ? sequence : first;
        }
        return first;
    }

    private static boolean before(Sequence one, Sequence other) {
        int byPriority = Integer.compare(one.request().priority(), other.request().priority());
        return byPriority < 0 || byPriority == 0 && one.number < other.number;
    }

    /** Sequences whose caller has gone; they are no longer waiting, but still have their rows. */
    List<Sequence> cancelled() {
        return takeOut(Sequence::cancelled);
    }

    /** Sequences that have waited for embeddings for too long; they are no longer waiting, but still have their rows. */
    List<Sequence> starved(long now) {
        long patience = limits.embeddingsTimeout().toNanos();
        return takeOut(sequence -> sequence.state != Sequence.State.RUNNING && now - sequence.lastArrivalNanos() > patience
                && sequence.available() < sequence.size() && sequence.missingSlot() >= 0);
    }

    /** Everything there is. */
    List<Sequence> all() {
        return takeOut(sequence -> true);
    }

    private List<Sequence> takeOut(Predicate<Sequence> which) {
        List<Sequence> taken = new ArrayList<>();
        for (Iterator<Ticket> tickets = waiting.iterator(); tickets.hasNext(); ) {
            Sequence sequence = tickets.next().sequence();
            if (which.test(sequence)) {
                tickets.remove();
                taken.add(sequence);
            }
        }
        for (Sequence sequence : rows.all()) {
            if (which.test(sequence)) {
                taken.add(sequence);
            }
        }
        return taken;
    }
}
