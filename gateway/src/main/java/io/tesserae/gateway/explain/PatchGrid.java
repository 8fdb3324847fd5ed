package io.tesserae.gateway.explain;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.families.Pixels;
import io.tesserae.gateway.stage.EyeOutput;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * The eye's patches of one tile and the feature of each.
 *
 * @param width   of a patch in pixels
 * @param height  of a patch in pixels
 * @param name    of the eye's output that holds a feature for each patch
 * @param feature [patch, hidden] or, with {@code before}, further rows first
 * @param before  rows before the first patch's (a class token)
 */
record PatchGrid(int columns, int rows, int width, int height, String name, Tensor feature, int before) {

    /** Finds the output that has a row for each patch: of the layout that the eye says, or of a square. */
    static PatchGrid of(EyeOutput.Features features, Pixels tile) {
        for (Map.Entry<String, Tensor> output : features.byName().entrySet()) {
            Tensor tensor = output.getValue();
            if (tensor.rank() != 2 || tensor.kind() != ElementKind.FLOAT32) {
                continue;
            }
            int count = (int) tensor.extent(0);
            Optional<EyeOutput.Layout> layout = features.layout().filter(said -> fits(count, said.columns() * said.rows()));
            int side = square(count);
            if (layout.isPresent() || side > 1) {
                int columns = layout.map(EyeOutput.Layout::columns).orElse(side);
                int rows = layout.map(EyeOutput.Layout::rows).orElse(side);
                return new PatchGrid(columns, rows, tile.width() / columns, tile.height() / rows, output.getKey(), tensor, count - columns * rows);
            }
        }
        throw Failure.of(Reason.UNSUPPORTED_FIELD, "this model's eye says no features of single patches");
    }

    private static boolean fits(int count, int patches) {
        return count == patches || count == patches + 1;
    }

    private static int square(int count) {
        int side = (int) Math.sqrt(count);
        return side * side == count || side * side == count - 1 ? side : 0;
    }

    int hidden() {
        return (int) feature.extent(1);
    }

    int count() {
        return columns * rows;
    }

    float[] featureOf(int patch) {
        FloatBuffer floats = feature.floats();
        float[] row = new float[hidden()];
        floats.get((before + patch) * hidden(), row);
        return row;
    }

    /** Cosine between one patch's feature and every patch's. */
    float[] likeness(int patch) {
        float[] one = featureOf(patch);
        float[] likeness = new float[count()];
        for (int other = 0; other < likeness.length; other++) {
            float[] second = featureOf(other);
            double product = 0;
            double squares = 0;
            double secondSquares = 0;
            for (int i = 0; i < one.length; i++) {
                product += (double) one[i] * second[i];
                squares += (double) one[i] * one[i];
                secondSquares += (double) second[i] * second[i];
            }
            likeness[other] = (float) (product / Math.max(1e-12, Math.sqrt(squares * secondSquares)));
        }
        return likeness;
    }

    /** 8-bit numbers of a patch: row by row, red, green and blue of each pixel. */
    int[] pixelsOf(Pixels tile, int patch) {
        int left = patch % columns * width;
        int top = patch / columns * height;
        int[] numbers = new int[width * height * 3];
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < width * 3; i++) {
                numbers[y * width * 3 + i] = tile.rgb()[((top + y) * tile.width() + left) * 3 + i] & 0xff;
            }
        }
        return numbers;
    }

    /** What a patch is in this eye: cut by a transformer, or what one cell of a convolutional eye's map lies over. */
    static String kind(JsonNode config) {
        JsonNode vision = config.path("vision_config");
        return vision.path("patch_size").isMissingNode() && config.path("patch_size").isMissingNode() ? "cells" : "patches";
    }
}
