package io.tesserae.llm.sampling;

/**
 * e to the x for x at most 0, to a relative error below 2e-7: a whole vocabulary takes it for every token, and {@link Math#exp} takes ten
 * times as long.
 */
final class Exponential {

    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    private static final float SMALLEST = -87f;

    private Exponential() {
    }

    /** 0 below e^-87, which no probability is told from. */
    static float of(float x) {
        if (!(x > SMALLEST)) {
            return 0;
        }
        // x = n·ln 2 + r with |r| at most ln 2 / 2; ln 2 in two parts keeps r exact.
        int n = (int) (x * LOG2_E - 0.5f);
        float r = x - n * LN2_HIGH - n * LN2_LOW;
        // Cephes' expf polynomial.
        float p = 1.9875691500e-4f;
        p = p * r + 1.3981999507e-3f;
        p = p * r + 8.3334519073e-3f;
        p = p * r + 4.1665795894e-2f;
        p = p * r + 1.6666665459e-1f;
        p = p * r + 5.0000001201e-1f;
        p = p * r * r + r + 1;
        return p * Float.intBitsToFloat((n + 127) << 23);
    }
}
