package io.tesserae.projector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.engines.Float16;
import io.tesserae.projector.v1.TileFeatures;
import io.tesserae.tensor.v1.NamedTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Features with the embeddings that numpy and torch compute for each test model's projector; see {@code make_graphs.py}. */
final class GoldenFeatures {

    static final int PATCHES = 16;
    static final int HIDDEN = 3;
    private static final Path MODELS = Path.of("src/test/resources/models").toAbsolutePath();
    private static final JsonNode GOLDEN = read();

    private GoldenFeatures() {
    }

    private static JsonNode read() {
        try {
            return new ObjectMapper().readTree(MODELS.resolve("golden.json").toFile());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Path model(String kind) {
        return MODELS.resolve(kind);
    }

    static int count() {
        return GOLDEN.path("features").size();
    }

    private static float[] floats(JsonNode numbers) {
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) numbers.get(i).asDouble();
        }
        return values;
    }

    static Tensor features(int index) {
        return Tensor.ofFloats(floats(GOLDEN.path("features").get(index)), PATCHES, HIDDEN);
    }

    static NamedTensor named(String name, Tensor tensor) {
        return NamedTensor.newBuilder().setName(name).setTensor(WireTensors.toMessage(tensor)).build();
    }

    static TileFeatures tile(int index, ElementKind sentAs) {
        return TileFeatures.newBuilder().addFeatures(named("image_features", Float16.as(sentAs, features(index)))).build();
    }

    static TileFeatures tile(int index) {
        return tile(index, ElementKind.FLOAT32);
    }

    static void assertEmbeddings(String kind, int index, Tensor actual, float tolerance) {
        float[] values = new float[(int) Tensor.elements(actual.shape())];
        actual.floats().get(values);
        assertArrayEquals(floats(GOLDEN.path("embeddings").path(kind).get(index)), values, tolerance, kind + " " + index);
    }
}
