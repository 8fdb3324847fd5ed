package io.tesserae.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.Engine;
import io.tesserae.engines.TensorSpec;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PictureAxisEngineTest {

    private static final String MANIFEST = """
            {"format": 1, "name": "n", "family": "idefics3", "revision": "r",
             "vision": {"graph": "g", "input": "pixel_values", "outputs": ["image_features"]},
             "projector": {"kind": "%s", "inputs": ["image_features"], "output": "image_features", "tokens_per_tile": 16, "width": 64}}
            """;

    private static Manifest manifest(String kind) throws IOException {
        return new ObjectMapper().readValue(MANIFEST.formatted(kind), Manifest.class);
    }

    /** A graph that remembers what it was given. */
    private static final class Recorder implements Engine {

        private Map<String, Tensor> given;
        private final Map<String, TensorSpec> inputs;

        Recorder(TensorSpec... inputs) {
            this.inputs = java.util.Arrays.stream(inputs).collect(java.util.stream.Collectors.toMap(TensorSpec::name, spec -> spec));
        }

        @Override
        public String name() {
            return "recorder";
        }

        @Override
        public Map<String, TensorSpec> inputs() {
            return inputs;
        }

        @Override
        public Map<String, TensorSpec> outputs() {
            return Map.of("image_features", new TensorSpec("image_features", ElementKind.FLOAT32, new long[] {-1, -1, 64}));
        }

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> tensors, Set<String> outputs, Cancellation cancellation) {
            given = tensors;
            return Map.of();
        }

        @Override
        public void check() {
            // Always able.
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }

    private static TensorSpec pixels(long... shape) {
        return new TensorSpec("pixel_values", ElementKind.FLOAT32, shape);
    }

    @Test
    void tilesBecomePicturesOfTheirOwnWithEveryPixelReal() throws IOException {
        Recorder graph = new Recorder(pixels(-1, -1, 3, -1, -1), new TensorSpec("pixel_attention_mask", ElementKind.BOOL, new long[] {-1, -1, -1, -1}));
        Engine eye = PictureAxisEngine.over(graph, manifest("identity"));
        assertEquals(Map.of("pixel_values", pixels(-1, 3, -1, -1)), eye.inputs());
        assertArrayEquals(new long[] {-1, 16, 64}, eye.outputs().get("image_features").shape());
        eye.run(Map.of("pixel_values", Tensor.ofFloats(new float[2 * 3 * 4 * 5], 2, 3, 4, 5)), Set.of("image_features"), Cancellation.none());
        assertArrayEquals(new long[] {2, 1, 3, 4, 5}, graph.given.get("pixel_values").shape());
        Tensor mask = graph.given.get("pixel_attention_mask");
        assertArrayEquals(new long[] {2, 1, 4, 5}, mask.shape());
        for (int i = 0; i < 40; i++) {
            assertEquals(1, mask.data().get(i));
        }
    }

    @Test
    void aGraphOfPlainTilesIsGivenThem() throws IOException {
        Recorder graph = new Recorder(pixels(-1, 3, 4, 5));
        Engine eye = PictureAxisEngine.over(graph, manifest("identity"));
        Map<String, Tensor> tiles = Map.of("pixel_values", Tensor.ofFloats(new float[60], 1, 3, 4, 5));
        eye.run(tiles, Set.of("image_features"), Cancellation.none());
        assertSame(tiles, graph.given);
    }

    @Test
    void otherModelsAreLeftAlone() throws IOException {
        Recorder graph = new Recorder(pixels(-1, 3, 4, 5));
        assertSame(graph, PictureAxisEngine.over(graph, manifest("mlp")));
        Recorder more = new Recorder(pixels(-1, 3, 4, 5), new TensorSpec("grid", ElementKind.INT64, new long[] {2}));
        assertSame(more, PictureAxisEngine.over(more, manifest("identity")));
    }
}
