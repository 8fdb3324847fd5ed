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
 * token of every running sequence, so that a long prompt never holds running answers up for longer than a chunk. For the engine's thread.
 */
final class Scheduler {

    private record Ticket(Sequence sequence, long number) {
    }

    private final Rows rows;
    private final Limits limits;
    private final TreeSet<Ticket> waiting = new TreeSet<>(
            Comparator.comparingInt((Ticket ticket) -> -ticket.sequence().request().priority()).thenComparingLong(Ticket::number));
    private final boolean wholePictures;
    private long nextNumber;

    /** @param wholePictures whether no chunk may end within a picture */
    Scheduler(Rows rows, Limits limits, boolean wholePictures) {
        this.rows = rows;
        this.limits = limits;
        this.wholePictures = wholePictures;
    }

    void add(Sequence sequence) {
        waiting.add(new Ticket(sequence, nextNumber++));
    }

    int waiting() {
        return waiting.size();
    }

    boolean idle() {
        return waiting.isEmpty() && rows.size() == 0;
    }

    /** Gives free rows away. Those that got one are returned. Throws {@link KvCacheFullException} if there is no memory for even one. */
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
                sequence.clock.admitted();
                admitted.add(sequence);
            }
        }
        return admitted;
    }

    /** The next step; empty if nothing can be computed now. */
    Step next(long now) {
        int decoding = rows.running();
        int chunk = decoding > 0 ? Math.min(limits.chunk(), limits.chunkBesideDecode()) : limits.chunk();
        Step step = new Step(null, 0, 0, decoding);
        for (Sequence sequence : rows.prefillingSequences()) {
            int available = sequence.available();
            if (available <= sequence.computed) {
                sequence.clock.waits(now);
                continue;
            }
            sequence.clock.goesOn(now);
            if (step.prefill() == null || before(sequence, step.prefill())) {
                int count = wholePictures ? sequence.wholePictures(available, chunk) : Math.min(available - sequence.computed, chunk);
                step = new Step(sequence, sequence.computed, count, decoding);
            }
        }
        return step;
    }

    private static boolean before(Sequence one, Sequence other) {
        int byPriority = Integer.compare(other.request().priority(), one.request().priority());
        return byPriority < 0 || byPriority == 0 && one.request().startedNanos() < other.request().startedNanos();
    }

    /** Sequences whose caller has gone; they are no longer waiting, but still have their rows. */
    List<Sequence> cancelled() {
        return takeOut(Sequence::cancelled);
    }

    /** Sequences that have waited for embeddings for too long; they are no longer waiting, but still have their rows. */
    List<Sequence> starved(long now) {
        long patience = limits.embeddingsTimeout().toNanos();
        return takeOut(sequence -> sequence.state != Sequence.State.RUNNING && now - sequence.lastArrivalNanos() > patience
                && sequence.available() < sequence.tokens().length && sequence.missingSlot() >= 0);
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
