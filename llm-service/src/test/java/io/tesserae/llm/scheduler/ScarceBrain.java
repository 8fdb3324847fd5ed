package io.tesserae.llm.scheduler;

import io.tesserae.llm.decoder.Brain;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.decoder.KvCacheFullException;
import io.tesserae.llm.decoder.Overlay;

/** A brain on a machine with memory for a few rows only. */
record ScarceBrain(Brain brain, int roomFor) implements Brain {

    @Override
    public void reserve(int rows, int tokens, int rowsInUse) {
        if (rows > roomFor) {
            throw new KvCacheFullException(0, null);
        }
        brain.reserve(rows, tokens, rowsInUse);
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
    public void release() {
        brain.release();
    }

    @Override
    public void copyRow(int from, int to, int tokens) {
        brain.copyRow(from, to, tokens);
    }

    @Override
    public void swapRows(int one, int other, int tokens) {
        brain.swapRows(one, other, tokens);
    }

    @Override
    public void prefill(int row, int past, long[] ids, int from, int count, Overlay pictures, int scored) {
        brain.prefill(row, past, ids, from, count, pictures, scored);
    }

    @Override
    public int mostScored() {
        return brain.mostScored();
    }

    @Override
    public void prefillLogits(int scored, float[] into) {
        brain.prefillLogits(scored, into);
    }

    @Override
    public void decode(int rows, long[] ids, int[] lengths, int[] positions) {
        brain.decode(rows, ids, lengths, positions);
    }

    @Override
    public void decodeLogits(int row, float[] into) {
        brain.decodeLogits(row, into);
    }

    @Override
    public long kvBytes() {
        return brain.kvBytes();
    }

    @Override
    public void close() {
        brain.close();
    }
}
