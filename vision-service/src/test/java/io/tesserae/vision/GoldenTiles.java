package io.tesserae.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.engines.Float16;
import io.tesserae.vision.v1.EncodedTile;
import io.tesserae.vision.v1.Tile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Tiles of noise with the features that numpy computes for the test model's eye; see {@code make_graphs.py}. */
final class GoldenTiles {

    static final int SIDE = 32;
    private static final JsonNode TILES = read("/eye.json").path("tiles");

    private GoldenTiles() {
    }

    static JsonNode read(String resource) {
        try {
            return new ObjectMapper().readTree(GoldenTiles.class.getResource(resource));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static int count() {
        return TILES.size();
    }

    static Tile tile(int index) {
        return Tile.newBuilder().setWidth(SIDE).setHeight(SIDE).setRgb(ByteString.fromHex(TILES.get(index).path("rgb").asText())).build();
    }

    /** That the encoded tile holds the features of that golden one. */
    static void assertFeatures(int index, EncodedTile encoded, float tolerance) {
        Map<String, Tensor> features = WireTensors.fromMessages(encoded.getFeaturesList());
        assertEquals(Set.of("image_features", "image_classes"), features.keySet());
        assertArrayEquals(new long[] {16, 3}, features.get("image_features").shape());
        assertArrayEquals(new long[] {2}, features.get("image_classes").shape());
        features.forEach((name, tensor) -> {
            float[] actual = new float[(int) Tensor.elements(tensor.shape())];
            Float16.as(ElementKind.FLOAT32, tensor).floats().get(actual);
            JsonNode expected = TILES.get(index).path(name);
            float[] wanted = new float[expected.size()];
            IntStream.range(0, wanted.length).forEach(i -> wanted[i] = (float) expected.get(i).asDouble());
            assertArrayEquals(wanted, actual, tolerance, name + " of tile " + index);
        });
    }
}
