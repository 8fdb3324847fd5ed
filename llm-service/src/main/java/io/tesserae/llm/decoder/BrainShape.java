package io.tesserae.llm.decoder;

import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolderException;

/**
 * Sizes of a brain.
 *
 * @param hidden        width of an embedding
 * @param vocabulary    logits of one position
 * @param context       longest sequence, in tokens
 * @param ropeAxes      axes of a position, 3; 0 where it is one number that the graph knows by itself
 * @param levels        of embeddings that are taken beside the first
 * @param bidirectional most tokens of one picture, which see each other in both directions and are computed in one chunk; 0 where
 *                      attention is causal throughout
 */
public record BrainShape(
        int layers, int kvHeads, int headDim, int hidden, int vocabulary, int context, int ropeAxes, int levels, int bidirectional) {

    private static final int AXES = 3;

    /** A brain whose attention is causal throughout. */
    public BrainShape(int layers, int kvHeads, int headDim, int hidden, int vocabulary, int context, int ropeAxes, int levels) {
        this(layers, kvHeads, headDim, hidden, vocabulary, context, ropeAxes, levels, 0);
    }

    /** The manifest's sizes with the context at most {@code configured}; 0 leaves the model's own. */
    public static BrainShape of(Manifest.Llm llm, int configured) {
        if (llm.layers() < 1 || llm.kvHeads() < 1 || llm.headDim() < 1 || llm.hidden() < 1 || llm.vocab() < 1 || llm.context() < 2) {
            throw new ModelFolderException("tesserae.json: layers, kv_heads, head_dim, hidden, vocab and context of 'llm' must be said");
        }
        if (llm.kvType() != null && !llm.kvType().equals("float32")) {
            throw new ModelFolderException("tesserae.json: kv_type " + llm.kvType() + " is not supported, only float32");
        }
        if (llm.ropeAxes() != 0 && llm.ropeAxes() != AXES || llm.levels() < 0) {
            throw new ModelFolderException("tesserae.json: rope_axes of 'llm' must be 0 or 3, and levels at least 0");
        }
        int context = configured > 0 ? Math.min(configured, llm.context()) : llm.context();
        return new BrainShape(llm.layers(), llm.kvHeads(), llm.headDim(), llm.hidden(), llm.vocab(), context, llm.ropeAxes(), llm.levels(),
                llm.bidirectionalImageTokens());
    }

    /** Bytes that one token takes in the KV cache. */
    public long kvBytesPerToken() {
        return 2L * layers * kvHeads * headDim * Float.BYTES;
    }
}
