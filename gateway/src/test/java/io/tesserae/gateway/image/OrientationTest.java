package io.tesserae.gateway.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.families.Pixels;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Turns of pictures that are larger than the squares they are copied by, against what EXIF says of each. */
class OrientationTest {

    private static final int WIDTH = 203;
    private static final int HEIGHT = 131;

    @ParameterizedTest
    @EnumSource(Orientation.class)
    void everyPixelGoesWhereExifSays(Orientation orientation) {
        byte[] stored = new byte[3 * WIDTH * HEIGHT];
        new Random(1).nextBytes(stored);
        Pixels shown = orientation.turned(WIDTH, HEIGHT, stored);
        assertEquals(orientation.swapsSides() ? HEIGHT : WIDTH, shown.width());
        assertEquals(orientation.swapsSides() ? WIDTH : HEIGHT, shown.height());
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int right = WIDTH - 1 - x;
                int bottom = HEIGHT - 1 - y;
                int[] at = switch (orientation) {
                    case UPRIGHT -> new int[] {x, y};
                    case MIRRORED -> new int[] {right, y};
                    case UPSIDE_DOWN -> new int[] {right, bottom};
                    case FLIPPED -> new int[] {x, bottom};
                    case TRANSPOSED -> new int[] {y, x};
                    case TURNED_RIGHT -> new int[] {bottom, x};
                    case TRANSVERSED -> new int[] {bottom, right};
                    case TURNED_LEFT -> new int[] {y, right};
                };
                int to = 3 * (at[1] * shown.width() + at[0]);
                int from = 3 * (y * WIDTH + x);
                assertArrayEquals(Arrays.copyOfRange(stored, from, from + 3), Arrays.copyOfRange(shown.rgb(), to, to + 3), x + "," + y);
            }
        }
    }
}
