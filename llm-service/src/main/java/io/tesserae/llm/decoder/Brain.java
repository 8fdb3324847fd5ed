package io.tesserae.llm.decoder;

/**
 * A brain with a KV cache of rows, each holding one sequence from position 0. Every method is called from one thread.
 */
public interface Brain extends AutoCloseable {

    BrainShape shape();

    /** Rows that can be used at once. */
    int rows();

    /**
     * Makes room for {@code rows} rows of {@code tokens} tokens each. What {@code rowsInUse} rows hold is kept. Throws {@link KvCacheFullException}
     * where there is no memory for it; what was there stays usable.
     */
    void reserve(int rows, int tokens, int rowsInUse);

    /** Gives the KV cache's memory back; nothing it held is kept. */
    void release();

    /** Copies the first tokens of one row over another. */
    void copyRow(int from, int to, int tokens);

    /** Exchanges the first tokens of two rows. */
    void swapRows(int one, int other, int tokens);

    /**
     * Appends tokens to a row.
     *
     * @param past     tokens that the row holds already
     * @param ids      ids, of which those from {@code from} on are appended; any valid id where an embedding stands
     * @param pictures what stands in the chunk beside its tokens
     * @param scored   last tokens of the chunk whose logits are wanted, 1 to {@link #mostScored}
     */
    void prefill(int row, int past, long[] ids, int from, int count, Overlay pictures, int scored);

    /** The same, of which only the logits after the last token are wanted. */
    default void prefill(int row, int past, long[] ids, int from, int count, Overlay pictures) {
        prefill(row, past, ids, from, count, pictures, 1);
    }

    /** Tokens of one prefill whose logits can be had. */
    int mostScored();

    /** Logits after one of the scored tokens of the last prefill, counted from 0, [vocabulary]. */
    void prefillLogits(int scored, float[] into);

    /**
     * Appends one token to each of the first {@code rows} rows.
     *
     * @param lengths   tokens that each row holds already
     * @param positions where each new token stands, on every axis: its row's length, less what pictures saved
     */
    void decode(int rows, long[] ids, int[] lengths, int[] positions);

    /** Logits of one row after the last {@link #decode}, [vocabulary]. */
    void decodeLogits(int row, float[] into);

    /** Whether a sequence's numbers are the same whatever is computed beside it and however its prompt is cut. */
    default boolean reproducible() {
        return false;
    }

    /** Bytes that the KV cache holds. */
    long kvBytes();

    @Override
    void close();
}
