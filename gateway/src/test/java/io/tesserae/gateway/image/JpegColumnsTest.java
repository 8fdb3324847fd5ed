package io.tesserae.gateway.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** Chroma halved in height, one pixel wide: Y, Cb, Cr. */
class JpegColumnsTest {

    @Test
    void repeatedRowsAreInterpolated() {
        byte[] samples = {1, 10, 40, 2, 10, 40, 3, 20, 20, 4, 20, 20, 5, 30, 0};
        JpegColumns.smooth(samples, 1, 5);
        // (3·near + far + 1) / 4 above, (3·near + far + 2) / 4 below; beyond the edge the edge itself.
        assertArrayEquals(new byte[] {1, 10, 40, 2, 13, 35, 3, 17, 25, 4, 23, 15, 5, 27, 5}, samples);
    }

    @Test
    void interpolatedRowsAreLeft() {
        byte[] samples = {1, 10, 40, 2, 13, 35, 3, 17, 25, 4, 23, 15, 5, 27, 5};
        byte[] before = samples.clone();
        JpegColumns.smooth(samples, 1, 5);
        assertArrayEquals(before, samples);
    }
}
