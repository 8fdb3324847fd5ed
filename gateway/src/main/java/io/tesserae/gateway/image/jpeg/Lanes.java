package io.tesserae.gateway.image.jpeg;

/**
 * Arithmetic on rows of numbers, one short loop each: all arrays are read and written at the loop's own index and each body is small,
 * which is what lets the JVM (17 and later) compile them to vector instructions. One loop that did it all was five times slower.
 * Each works on the first {@code count} values of every array.
 */
final class Lanes {

    private static final int HALF = 1 << 15;

    private Lanes() {
    }

    /** Limits values to 0 to 255. */
    static void clip(int[] values, int count) {
        for (int i = 0; i < count; i++) {
            values[i] = clip(values[i]);
        }
    }

    /** Three parts of the nearer and one of the further, not divided. */
    static void blend(int[] near, int[] far, int[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = 3 * near[i] + far[i];
        }
    }

    /** (3 · near + far + bias) / 4 */
    static void quarter(int[] near, int[] far, int bias, int[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = 3 * near[i] + far[i] + bias >> 2;
        }
    }

    /** (3 · near + far + bias) / 16 */
    static void sixteenth(int[] near, int[] far, int bias, int[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = 3 * near[i] + far[i] + bias >> 4;
        }
    }

    /** Red of luma and the red difference, both 0 to 255. */
    static void red(int[] y, int[] cr, int[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = clip(y[i] + (91881 * cr[i] + (HALF - 128 * 91881) >> 16));
        }
    }

    static void green(int[] y, int[] cb, int[] cr, int[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = clip(y[i] + (-22554 * cb[i] - 46802 * cr[i] + (HALF + 128 * (22554 + 46802)) >> 16));
        }
    }

    static void blue(int[] y, int[] cb, int[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = clip(y[i] + (116130 * cb[i] + (HALF - 128 * 116130) >> 16));
        }
    }

    /** Pixels 0xBBGGRR of their channels. */
    static void join(int[] red, int[] green, int[] blue, int[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = red[i] | green[i] << 8 | blue[i] << 16;
        }
    }

    /** Written with shifts: a comparison would keep the loop from becoming vectors in Java 17. */
    private static int clip(int value) {
        int positive = value & ~(value >> 31);
        return (positive | 255 - positive >> 31) & 255;
    }
}
