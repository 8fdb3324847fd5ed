package io.tesserae.llm.decoder;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * A brain whose numbers for one sequence do not depend on what is computed beside it. Matrix kernels compute a single row in another order than several,
 * whose order is always the same; sums in another order differ in their last bits, and a model in 8 bits makes whole logits of that. So nothing is computed
 * alone: one sequence is decoded beside a row that nobody reads, and a chunk of one token has a second one that nobody reads. Both write where nothing is held.
 */
public final class ReproducibleBrain implements Brain {

    private static final int PAIR = 2;

    private final Brain brain;
    /** Tokens that each row holds, which must not be written over. */
    private final int[] held;
    private boolean room;
    private int unread;

    /** @param brain one that scores at least two tokens of a prefill, and none of whose tokens see ahead */
    public ReproducibleBrain(Brain brain) {
        if (brain.mostScored() < PAIR || brain.shape().bidirectional() > 0) {
            throw new IllegalArgumentException("this model's answers cannot be made reproducible (tesserae.llm.reproducible)");
        }
        this.brain = brain;
        this.held = new int[brain.rows()];
    }

    @Override
    public BrainShape shape() {
        return brain.shape();
    }

    @Override
    public int rows() {
        return brain.rows();
    }

    @Override
    public void reserve(int rows, int tokens, int rowsInUse) {
        if (brain.rows() >= PAIR) {
            try {
                int neighbour = held[1] + 1;
                brain.reserve(Math.max(PAIR, rows), Math.min(shape().context(), Math.max(tokens + 1, neighbour)), rowsInUse);
                room = true;
                return;
            } catch (KvCacheFullException full) {
                // What is asked for itself may still fit.
            }
        }
        brain.reserve(rows, tokens, rowsInUse);
        room = false;
    }

    @Override
    public void release() {
        brain.release();
        Arrays.fill(held, 0);
    }

    @Override
    public void copyRow(int from, int to, int tokens) {
        brain.copyRow(from, to, tokens);
        held[to] = tokens;
    }

    @Override
    public void swapRows(int one, int other, int tokens) {
        brain.swapRows(one, other, tokens);
        int before = held[one];
        held[one] = held[other];
        held[other] = before;
    }

    @Override
    public void prefill(int row, int past, long[] ids, int from, int count, Overlay pictures, int scored) {
        boolean alone = count == 1 && room && past + PAIR <= shape().context();
        if (alone) {
            brain.prefill(row, past, Arrays.copyOf(ids, Math.max(ids.length, from + PAIR)), from, PAIR, new First(pictures), PAIR);
            unread = 0;
        } else {
            int more = Math.min(count, Math.max(scored, PAIR));
            brain.prefill(row, past, ids, from, count, pictures, more);
            unread = more - scored;
        }
        held[row] = past + count;
    }

    @Override
    public int mostScored() {
        return brain.mostScored();
    }

    @Override
    public void prefillLogits(int scored, float[] into) {
        brain.prefillLogits(unread + scored, into);
    }

    @Override
    public void decode(int rows, long[] ids, int[] lengths, int[] positions) {
        for (int row = 0; row < rows; row++) {
            held[row] = lengths[row] + 1;
        }
        if (rows > 1 || brain.rows() < PAIR || !room || held[1] >= shape().context()) {
            brain.decode(rows, ids, lengths, positions);
        } else {
            brain.decode(PAIR, new long[] {ids[0], 0}, new int[] {lengths[0], held[1]}, new int[] {positions[0], held[1]});
        }
    }

    @Override
    public void decodeLogits(int row, float[] into) {
        brain.decodeLogits(row, into);
    }

    @Override
    public boolean reproducible() {
        return true;
    }

    @Override
    public long kvBytes() {
        return brain.kvBytes();
    }

    @Override
    public void close() {
        brain.close();
    }

    /** Asks only about the first of a chunk's two tokens. */
    private final class First implements Overlay {

        private final Overlay pictures;

        First(Overlay pictures) {
            this.pictures = pictures;
        }

        @Override
        public void embed(FloatBuffer chunk, int from) {
            pictures.embed(chunk.slice(0, shape().hidden()), from);
        }

        @Override
        public boolean deepen(FloatBuffer chunk, int count, int from) {
            int hidden = shape().hidden();
            FloatBuffer first = FloatBuffer.allocate(chunk.capacity() / count);
            boolean deepened = pictures.deepen(first, 1, from);
            for (int level = 0; deepened && level < first.capacity() / hidden; level++) {
                chunk.put(level * count * hidden, first, level * hidden, hidden);
            }
            return deepened;
        }

        @Override
        public void place(LongBuffer positions, int count, int from) {
            int axes = positions.limit() / count;
            LongBuffer first = LongBuffer.allocate(axes);
            pictures.place(first, 1, from);
            for (int axis = 0; axis < axes; axis++) {
                positions.put(axis * count, first.get(axis));
                positions.put(axis * count + 1, first.get(axis) + 1);
            }
        }
    }
}
