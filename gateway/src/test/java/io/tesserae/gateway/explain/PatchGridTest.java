package io.tesserae.gateway.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.families.Pixels;
import io.tesserae.gateway.stage.EyeOutput;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PatchGridTest {

    /** 4 × 2 pixels, whose numbers are their places in the array. */
    private static final Pixels TILE = new Pixels(4, 2, new byte[] {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
        12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23});

    private static EyeOutput.Features features(Optional<EyeOutput.Layout> layout, float[] numbers, long... shape) {
        return new EyeOutput.Features(Map.of("image_features", Tensor.ofFloats(numbers, shape)), layout);
    }

    @Test
    void findsThePatchesOfTheLayoutThatTheEyeSays() {
        PatchGrid grid = PatchGrid.of(features(Optional.of(new EyeOutput.Layout(2, 1)), new float[] {1, 0, 0, 1}, 2, 2), TILE);
        assertEquals(2, grid.width());
        assertArrayEquals(new int[] {6, 7, 8, 9, 10, 11, 18, 19, 20, 21, 22, 23}, grid.pixelsOf(TILE, 1));
        assertArrayEquals(new float[] {1, 0}, grid.likeness(0));
    }

    @Test
    void leavesAClassTokenOut() {
        PatchGrid grid = PatchGrid.of(features(Optional.empty(), new float[] {9, 1, 2, 3, 4}, 5, 1), TILE);
        assertEquals(4, grid.count());
        assertArrayEquals(new float[] {1}, grid.featureOf(0));
    }

    @Test
    void saysWhereThereAreNoPatches() {
        assertThrows(Failure.class, () -> PatchGrid.of(features(Optional.empty(), new float[] {1, 2, 3}, 3, 1), TILE));
    }
}
