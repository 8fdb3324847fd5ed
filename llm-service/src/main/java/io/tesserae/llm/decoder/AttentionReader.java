package io.tesserae.llm.decoder;

import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.engines.onnx.OnnxSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Reads a sequence over again to see where it looked: a second session of the decoder, opened for one call, whose graph gives its attention
 * ({@link AttentionGraph}). It has a KV cache of its own and touches nothing of what answers.
 */
public final class AttentionReader implements AutoCloseable {

    /** Tokens of a run that only fills the cache. */
    private static final int CHUNK = 256;
    /** Bytes of weights that one run may give. */
    private static final long MOST_BYTES = 64L << 20;
    /** Graphs that hold their weights themselves are not worth being read a second time. */
    private static final long LARGEST_GRAPH = 256L << 20;

    private final BrainShape shape;
    private final OnnxSession embed;
    private final OnnxSession decoder;
    private final int heads;
    private final SortedSet<Integer> layers;

    private AttentionReader(BrainShape shape, OnnxSession embed, OnnxSession decoder, int heads, SortedSet<Integer> layers) {
        this.shape = shape;
        this.embed = embed;
        this.decoder = decoder;
        this.heads = heads;
        this.layers = layers;
    }

    /**
     * Opens the graphs.
     *
     * @param layers to average over; empty for all
     * @throws UnsupportedOperationException that says why this brain cannot tell
     */
    public static AttentionReader open(ModelFolder folder, BrainShape shape, Set<Integer> layers, OnnxOptions options) {
        if (shape.ropeAxes() > 0 || shape.levels() > 0 || shape.bidirectional() > 0) {
            throw new UnsupportedOperationException("attention is read of brains that take one row of embeddings and look backwards only");
        }
        Manifest.Llm llm = folder.manifest().llm();
        Path path = folder.require(llm.decoder());
        AttentionGraph graph = AttentionGraph.of(bytesOf(path), layers);
        OnnxSession embed = OnnxSession.open(folder.require(llm.embed()), options);
        try {
            OnnxSession decoder = OnnxSession.open(graph.graph(), path, options);
            if (!decoder.inputs().containsKey("seqlens_k") || !decoder.inputs().containsKey("logits_start")) {
                decoder.close();
                throw new UnsupportedOperationException("the decoder's graph has no KV cache in place");
            }
            SortedSet<Integer> told = new TreeSet<>(layers.isEmpty() ? IntStream.range(0, graph.layers()).boxed().toList() : layers);
            return new AttentionReader(shape, embed, decoder, graph.heads(), told);
        } catch (RuntimeException unusable) {
            embed.close();
            throw unusable;
        }
    }

    private static byte[] bytesOf(Path graph) {
        try {
            if (Files.size(graph) > LARGEST_GRAPH) {
                throw new UnsupportedOperationException("the decoder's graph holds its weights itself");
            }
            return Files.readAllBytes(graph);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Layers that are averaged over, in rising order. */
    public SortedSet<Integer> layers() {
        return layers;
    }

    /**
     * Where the last {@code looking} tokens looked.
     *
     * @param ids any valid id where an embedding stands
     * @return [looking, ids], rows of 0 after the token itself
     */
    public float[][] weights(long[] ids, int looking, Overlay pictures) {
        float[][] seen = new float[looking][ids.length];
        int begin = ids.length - looking;
        try (KvCache cache = new KvCache(shape, 1, Long.MAX_VALUE)) {
            cache.grow(1, ids.length, 0);
            for (int from = 0; from < begin; from += CHUNK) {
                run(cache, ids, from, Math.min(CHUNK, begin - from), pictures, null, 0);
            }
            long row = 4L * heads * layers.size() * ids.length;
            int rows = (int) Math.max(1, Math.min(CHUNK, MOST_BYTES / row));
            for (int from = begin; from < ids.length; from += rows) {
                run(cache, ids, from, Math.min(rows, ids.length - from), pictures, seen, from - begin);
            }
        }
        return seen;
    }

    private void run(KvCache cache, long[] ids, int from, int count, Overlay pictures, float[][] into, int firstRow) {
        ByteBuffer embeddings = embedded(ids, from, count, pictures);
        ByteBuffer numbers = DirectMemory.allocate(16);
        numbers.putInt(0, from + count - 1).putInt(4, from + count).putLong(8, count - 1);
        ByteBuffer logits = DirectMemory.allocate(4L * shape.vocabulary());
        int total = from + count;
        try (Binding binding = new Binding().cache(cache, shape, 0, 1)) {
            binding.input("inputs_embeds", embeddings, ElementKind.FLOAT32, 1, count, shape.hidden())
                    .input("seqlens_k", numbers, ElementKind.INT32, 1)
                    .input("total_sequence_length", numbers.slice(4, 4).order(numbers.order()), ElementKind.INT32)
                    .input("logits_start", numbers.slice(8, 8).order(numbers.order()), ElementKind.INT64, 1)
                    .output("logits", logits, ElementKind.FLOAT32, 1, 1, shape.vocabulary());
            ByteBuffer weights = DirectMemory.allocate(into == null ? 0 : 4L * layers.size() * heads * count * total);
            int size = 4 * heads * count * total;
            int place = 0;
            for (int layer : into == null ? new TreeSet<Integer>() : layers) {
                binding.output(AttentionGraph.output(layer), weights.slice(place++ * size, size).order(weights.order()),
                        ElementKind.FLOAT32, 1, heads, count, total);
            }
            decoder.run(binding.inputs(), binding.outputs(), Optional.empty());
            if (into != null) {
                average(weights.asFloatBuffer(), count, total, into, firstRow);
            }
        }
    }

    /** [layer, head, token, position] to the mean over layers and heads. */
    private void average(FloatBuffer weights, int count, int total, float[][] into, int firstRow) {
        int planes = layers.size() * heads;
        for (int plane = 0; plane < planes; plane++) {
            for (int token = 0; token < count; token++) {
                int at = (plane * count + token) * total;
                float[] row = into[firstRow + token];
                for (int position = 0; position < total; position++) {
                    row[position] += weights.get(at + position) / planes;
                }
            }
        }
    }

    private ByteBuffer embedded(long[] ids, int from, int count, Overlay pictures) {
        ByteBuffer chunk = DirectMemory.allocate(8L * count);
        for (int i = 0; i < count; i++) {
            // An image token may have no row of its own; whatever is looked up for it is overlaid.
            chunk.putLong(8 * i, ids[from + i] < shape.vocabulary() ? ids[from + i] : 0);
        }
        ByteBuffer embeddings = DirectMemory.allocate(4L * count * shape.hidden());
        try (Binding binding = new Binding().input("input_ids", chunk, ElementKind.INT64, 1, count)
                .output("inputs_embeds", embeddings, ElementKind.FLOAT32, 1, count, shape.hidden())) {
            embed.run(binding.inputs(), binding.outputs(), Optional.empty());
        }
        pictures.embed(embeddings.asFloatBuffer(), from);
        return embeddings;
    }

    @Override
    public void close() {
        decoder.close();
        embed.close();
    }
}
