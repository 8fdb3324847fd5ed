package io.tesserae.llm.scheduler;

import io.tesserae.llm.decoder.Brain;
import io.tesserae.llm.decoder.KvCacheFullException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Which row of the KV cache is whose. Running sequences hold rows 0 to {@code running} - 1, so that a decode step takes neighbouring rows;
 * those still in prefill hold any rows after them. Every other row may still hold what a sequence left in it (the prefix cache): it is kept until the row is
 * needed, the longest unused first, and a new sequence that begins as it did takes it over or copies it.
 */
final class Rows {

    private final Brain brain;
    private final PrefixReuse reuse;
    private final boolean wholePictures;
    private final Sequence[] occupants;
    private final HeldPrefix[] held;
    private final List<Sequence> runningView;
    private final List<Sequence> prefilling = new ArrayList<>();
    private int running;
    private long departures;
    /** Changes whenever a row holds something that it did not hold before, single tokens of answers aside. */
    private long version = 1;

    Rows(Brain brain, PrefixReuse reuse) {
        this.brain = brain;
        this.reuse = reuse;
        this.wholePictures = brain.shape().bidirectional() > 0;
        this.occupants = new Sequence[brain.rows()];
        this.held = new HeldPrefix[brain.rows()];
        this.runningView = Arrays.asList(occupants);
    }

    int free() {
        return occupants.length - size();
    }

    int size() {
        return running + prefilling.size();
    }

    int running() {
        return running;
    }

    /** Sequences that are being answered, in the order of their rows. A view. */
    List<Sequence> runningSequences() {
        return runningView.subList(0, running);
    }

    /** Sequences whose prompt is being computed, in the order of their coming. A view. */
    List<Sequence> prefillingSequences() {
        return Collections.unmodifiableList(prefilling);
    }

    /** All sequences that have a row. */
    List<Sequence> all() {
        List<Sequence> all = new ArrayList<>(runningSequences());
        all.addAll(prefilling);
        return all;
    }

    /**
     * Gives a row to a sequence that is to be prefilled, with memory for its prompt and one token more. Throws {@link KvCacheFullException} where there is no
     * memory even if no prefix is held any more; everything else is then as it was.
     */
    void add(Sequence sequence) {
        int row = best(sequence);
        int shared = row < 0 ? 0 : shared(sequence, row);
        if (row < 0 || shared < reuse.leastTokens() || 2 * shared < held[row].length()) {
            // More of that row would be lost than is gained: it stays, and what is shared is copied.
            int other = vacant();
            shared = other == row ? shared : 0;
            row = other;
        }
        HeldPrefix before = held[row];
        held[row] = null;
        occupants[row] = sequence;
        sequence.row = row;
        prefilling.add(sequence);
        try {
            reserve(sequence.size() + 1);
        } catch (KvCacheFullException full) {
            occupants[sequence.row] = null;
            prefilling.remove(sequence);
            sequence.row = -1;
            throw full;
        }
        sequence.state = Sequence.State.PREFILLING;
        if (shared > 0 && before != null) {
            sequence.reuse(shared);
        }
        // Before another that comes takes the row of what is shared.
        reuse(sequence);
    }

    /** Computes nothing that another row holds: copies what is shared, where that is worth it. For sequences in prefill. Whether anything was copied. */
    boolean reuse(Sequence sequence) {
        if (!reuse.enabled() || sequence.sawRows == version) {
            return false;
        }
        sequence.sawRows = version;
        int most = sequence.computed + reuse.leastTokens() - 1;
        int source = -1;
        for (int row = 0; row < occupants.length; row++) {
            int shared = row == sequence.row ? 0 : shared(sequence, row);
            if (shared > most) {
                most = shared;
                source = row;
            }
        }
        if (source >= 0) {
            brain.copyRow(source, sequence.row, most);
            sequence.reuse(most);
        }
        return source >= 0;
    }

    /** A chunk was computed: others may want it. */
    void grew() {
        version++;
    }

    /** The row that nobody has whose prefix the sequence shares most of; -1 if there is none. */
    private int best(Sequence sequence) {
        int best = -1;
        int most = 0;
        for (int row = 0; row < held.length && reuse.enabled(); row++) {
            int shared = held[row] == null ? 0 : shared(sequence, row);
            if (shared > most) {
                most = shared;
                best = row;
            }
        }
        return best;
    }

    /** Tokens of a sequence that a row holds, but for its last, whose logits are wanted. */
    private int shared(Sequence sequence, int row) {
        Sequence other = occupants[row];
        if (other == null && held[row] == null) {
            return 0;
        }
        int wanted = sequence.prefills() - 1;
        return other != null
                ? SharedPrefix.length(sequence.tokens(), wanted, sequence.slots(), other.tokens(), other.shareable(), other.slots(), wholePictures)
                : SharedPrefix.length(sequence.tokens(), wanted, sequence.slots(), held[row].tokens(), held[row].length(), held[row].slots(), wholePictures);
    }

    /** A row that nobody has: one that holds nothing, or else the one that was left longest ago. */
    private int vacant() {
        int oldest = -1;
        for (int row = running; row < occupants.length; row++) {
            if (occupants[row] == null) {
                if (held[row] == null) {
                    return row;
                }
                oldest = oldest < 0 || held[row].leftAt() < held[oldest].leftAt() ? row : oldest;
            }
        }
        return oldest;
    }

    /** The sequence's prompt is computed: it joins the running ones. */
    void start(Sequence sequence) {
        int row = sequence.row;
        prefilling.remove(sequence);
        if (row != running) {
            move(row, running);
        }
        running++;
        sequence.state = Sequence.State.RUNNING;
    }

    /** Takes a sequence's row away. {@code keep}: what it computed may be of use to others. */
    void remove(Sequence sequence, boolean keep) {
        boolean worth = keep && reuse.enabled() && sequence.shareable() >= reuse.leastTokens();
        int row = sequence.row;
        occupants[row] = null;
        if (worth) {
            held[row] = new HeldPrefix(sequence.tokens(), sequence.shareable(), sequence.slots(), departures++);
            version++;
        }
        if (row < running) {
            running--;
            if (row != running) {
                move(running, row);
            }
        } else {
            prefilling.remove(sequence);
        }
        sequence.row = -1;
        sequence.state = Sequence.State.ENDED;
        if (heldRows() > reuse.mostRows()) {
            evict();
        }
    }

    /** Moves what a row holds to another; if that held something, it goes the other way. */
    private void move(int from, int to) {
        int here = length(from);
        int there = length(to);
        if (there > 0) {
            brain.swapRows(from, to, Math.max(here, there));
        } else {
            brain.copyRow(from, to, here);
        }
        Sequence sequence = occupants[from];
        HeldPrefix prefix = held[from];
        place(occupants[to], held[to], from);
        place(sequence, prefix, to);
    }

    private void place(Sequence sequence, HeldPrefix prefix, int row) {
        occupants[row] = sequence;
        held[row] = prefix;
        if (sequence != null) {
            sequence.row = row;
        }
    }

    /** Tokens that a row holds. */
    private int length(int row) {
        return occupants[row] != null ? occupants[row].computed : held[row] != null ? held[row].length() : 0;
    }

    /** Rows up to the last that holds anything. */
    private int top() {
        for (int row = occupants.length; row > 0; row--) {
            if (occupants[row - 1] != null || held[row - 1] != null) {
                return row;
            }
        }
        return 0;
    }

    /**
     * Makes room for so many tokens in every row that is in use, at the cost of held prefixes if need be. Throws {@link KvCacheFullException} where that is not
     * enough.
     */
    void reserve(int tokens) {
        trim(Math.max(tokens, longest()));
        while (true) {
            try {
                // No row may be cut for another's sake.
                brain.reserve(top(), Math.max(tokens, longest()), top());
                return;
            } catch (KvCacheFullException full) {
                if (!compact() && !evict()) {
                    throw full;
                }
            }
        }
    }

    /** Gives up held prefixes until those that stay are within their bound in rows of that length. */
    private void trim(int length) {
        while ((long) heldRows() * length > reuse.mostTokens() && evict()) {
            compact();
        }
    }

    private int longest() {
        int longest = 0;
        for (int row = 0; row < occupants.length; row++) {
            longest = Math.max(longest, length(row));
        }
        return longest;
    }

    /** Moves the last row that holds anything into a gap before it. False if there is none. */
    private boolean compact() {
        int last = top() - 1;
        for (int row = running; row < last; row++) {
            if (occupants[row] == null && held[row] == null) {
                move(last, row);
                return true;
            }
        }
        return false;
    }

    /** Gives up the prefix that was left longest ago. False if none is held. */
    private boolean evict() {
        int oldest = -1;
        for (int row = 0; row < held.length; row++) {
            if (held[row] != null && (oldest < 0 || held[row].leftAt() < held[oldest].leftAt())) {
                oldest = row;
            }
        }
        if (oldest < 0) {
            return false;
        }
        held[oldest] = null;
        return true;
    }

    private int heldRows() {
        int rows = 0;
        for (HeldPrefix prefix : held) {
            rows += prefix == null ? 0 : 1;
        }
        return rows;
    }

    /** The brain's memory was given back. */
    void forget() {
        Arrays.fill(held, null);
    }
}
