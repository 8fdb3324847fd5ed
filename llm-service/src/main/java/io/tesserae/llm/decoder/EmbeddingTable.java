package io.tesserae.llm.decoder;

import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Float16;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.engines.onnx.OnnxSession;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The table of embeddings alone, for a brain whose decoder computes elsewhere; that graph need not be in the folder then. Thread-safe. */
public final class EmbeddingTable implements AutoCloseable {

    private static final String IDS = "input_ids";
    private static final String EMBEDDINGS = "inputs_embeds";

    private final OnnxSession graph;
    private final BrainShape shape;

    private EmbeddingTable(OnnxSession graph, BrainShape shape) {
        this.graph = graph;
        this.shape = shape;
    }

    /** Loads a folder's {@code embed} graph. Throws {@link ModelFolderException} or the engine's own exception, which say what is wrong with it. */
    public static EmbeddingTable open(ModelFolder folder, BrainShape shape, OnnxOptions options) {
        String path = folder.manifest().llm().embed();
        EmbeddingTable table = new EmbeddingTable(OnnxSession.open(folder.require(path), options), shape);
        try {
            table.check(path);
            return table;
        } catch (RuntimeException unusable) {
            table.close();
            throw unusable;
        }
    }

    private void check(String path) {
        if (!graph.inputs().keySet().equals(Set.of(IDS)) || !graph.outputs().containsKey(EMBEDDINGS)) {
            throw new ModelFolderException(path + " must take " + IDS + " and give " + EMBEDDINGS + "; it takes " + graph.inputs().keySet() + " and gives "
                    + graph.outputs().keySet());
        }
        long width = embed(new long[1], (chunk, from) -> { }).extent(1);
        if (width != shape.hidden()) {
            throw new ModelFolderException(path + " gives embeddings of width " + width + ", but tesserae.json says hidden " + shape.hidden());
        }
    }

    /**
     * What a prompt is to a decoder.
     *
     * @param pictures what stands beside tokens; whatever is looked up for an image token is overlaid by it
     * @return [token, hidden] in float32, in the heap
     */
    public Tensor embed(long[] ids, Overlay pictures) {
        long[] known = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            // An image token may have no row of its own.
            known[i] = ids[i] < shape.vocabulary() ? ids[i] : 0;
        }
        Tensor found = graph.run(Map.of(IDS, Tensor.ofLongs(known, 1, ids.length)), Set.of(EMBEDDINGS), Optional.empty()).get(EMBEDDINGS);
        Tensor embeddings = Float16.as(ElementKind.FLOAT32, found.row(0));
        pictures.embed(embeddings.floats(), 0);
        return embeddings;
    }

    @Override
    public void close() {
        graph.close();
    }
}
