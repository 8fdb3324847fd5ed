package io.tesserae.vision;

import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.Engine;
import io.tesserae.engines.TensorSpec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Makes the vision graphs that transformers.js publishes look like an eye: where they take [batch, picture, 3, height, width] and a mask of real pixels, each
 * tile is a batch entry with one picture, all of whose pixels are real; and what their output leaves open is as the manifest says.
 */
final class PictureAxisEngine implements Engine {

    private static final String MASK = "pixel_attention_mask";
    private static final int PICTURE_AXIS = 1;

    private final Engine graph;
    private final String input;
    private final Map<String, TensorSpec> inputs;
    private final Map<String, TensorSpec> outputs = new LinkedHashMap<>();
    private final boolean nested;

    private PictureAxisEngine(Engine graph, Manifest model) {
        this.graph = graph;
        this.input = model.vision().input();
        TensorSpec pixels = graph.inputs().get(input);
        this.nested = pixels.rank() == 5;
        long[] shape = nested ? without(pixels.shape(), PICTURE_AXIS) : pixels.shape();
        this.inputs = Map.of(input, new TensorSpec(input, pixels.kind(), shape));
        graph.outputs().forEach((name, spec) -> outputs.put(name, spec.rank() != 3 ? spec : new TensorSpec(name, spec.kind(),
                new long[] {TensorSpec.ANY, known(model.projector().tokensPerTile(), spec, 1), known(model.projector().width(), spec, 2)})));
    }

    /** The graph itself, or wrapped so that it takes tiles, where the model's eye gives embeddings. */
    static Engine over(Engine graph, Manifest model) {
        boolean published = model.projector() != null && "identity".equals(model.projector().kind());
        boolean fits = graph.inputs().containsKey(model.vision().input()) && graph.inputs().values().stream().allMatch(
                spec -> spec.name().equals(model.vision().input()) || spec.name().equals(MASK) && spec.kind() == ElementKind.BOOL);
        return published && fits ? new PictureAxisEngine(graph, model) : graph;
    }

    private static long known(int manifest, TensorSpec spec, int axis) {
        return spec.extent(axis) == TensorSpec.ANY && manifest > 0 ? manifest : spec.extent(axis);
    }

    private static long[] without(long[] shape, int axis) {
        long[] shorter = Arrays.copyOf(shape, shape.length - 1);
        System.arraycopy(shape, axis + 1, shorter, axis, shorter.length - axis);
        return shorter;
    }

    @Override
    public String name() {
        return graph.name();
    }

    @Override
    public Map<String, TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public Map<String, TensorSpec> outputs() {
        return outputs;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> given, Set<String> wanted, Cancellation cancellation) {
        if (!nested) {
            return graph.run(given, wanted, cancellation);
        }
        Tensor pixels = given.get(input);
        long[] shape = pixels.shape(); // [tile, 3, height, width]
        Map<String, Tensor> nestedInputs = new LinkedHashMap<>();
        nestedInputs.put(input, new Tensor(pixels.kind(), new long[] {shape[0], 1, shape[1], shape[2], shape[3]}, pixels.data()));
        TensorSpec mask = graph.inputs().get(MASK);
        if (mask != null) {
            byte[] real = new byte[Math.toIntExact(shape[0] * shape[2] * shape[3] * mask.kind().bytes())];
            Arrays.fill(real, (byte) 1);
            nestedInputs.put(MASK, new Tensor(mask.kind(), new long[] {shape[0], 1, shape[2], shape[3]}, ByteBuffer.wrap(real)));
        }
        return graph.run(nestedInputs, wanted, cancellation);
    }

    @Override
    public int mostRows() {
        return graph.mostRows();
    }

    @Override
    public void check() {
        graph.check();
    }

    @Override
    public void close() {
        graph.close();
    }
}
