package io.tesserae.llm.scheduler;

import io.tesserae.llm.decoder.Brain;
import java.util.Arrays;
import java.util.List;

/**
 * Which row of the KV cache is whose. Running sequences hold rows 0 to {@code running} - 1, so that a decode step takes neighbouring rows;
 * those still in prefill hold the rows after them. A sequence that leaves is replaced by the last one of its kind, whose row is copied.
 */
final class Rows {

    private final Brain brain;
    private final Sequence[] occupants;
    private final List<Sequence> view;
    private int running;
    private int size;

    Rows(Brain brain) {
        this.brain = brain;
        this.occupants = new Sequence[brain.rows()];
        this.view = Arrays.asList(occupants);
    }

    int free() {
        return occupants.length - size;
    }

    int size() {
        return size;
    }

    int running() {
        return running;
    }

    /** Sequences that are being answered, in the order of their rows. A view. */
    List<Sequence> runningSequences() {
        return view.subList(0, running);
    }

    /** Sequences whose prompt is being computed. A view. */
    List<Sequence> prefillingSequences() {
        return view.subList(running, size);
    }

    /** All sequences that have a row. A view. */
    List<Sequence> all() {
        return view.subList(0, size);
    }

    /** Gives a row to a sequence that is to be prefilled. */
    void add(Sequence sequence) {
        brain.reserve(size + 1, 1, size);
        place(sequence, size++);
        sequence.state = Sequence.State.PREFILLING;
    }

    /** The sequence's prompt is computed: it joins the running ones. */
    void start(Sequence sequence) {
        int row = sequence.row;
        if (row != running) {
            Sequence other = occupants[running];
            brain.swapRows(row, running, Math.max(sequence.computed, other.computed));
            place(other, row);
            place(sequence, running);
        }
        running++;
        sequence.state = Sequence.State.RUNNING;
    }

    /** Takes a sequence's row away. */
    void remove(Sequence sequence) {
        int hole = sequence.row;
        if (hole < running) {
            hole = fill(hole, --running);
        }
        hole = fill(hole, --size);
        occupants[hole] = null;
        sequence.row = -1;
        sequence.state = Sequence.State.ENDED;
    }

    /** Moves the sequence of row {@code last} to {@code hole}; the hole is then there. */
    private int fill(int hole, int last) {
        if (hole != last) {
            Sequence moved = occupants[last];
            brain.copyRow(last, hole, moved.computed);
            place(moved, hole);
        }
        return last;
    }

    private void place(Sequence sequence, int row) {
        occupants[row] = sequence;
        sequence.row = row;
    }
}
