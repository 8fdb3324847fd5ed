package io.tesserae.families.pixels;

/**
 * For each output position along one axis, the source pixels that it sums and their fixed-point weights.
 *
 * @param first  first source pixel of each output position
 * @param count  source pixels of each output position
 * @param values weights, {@code stride} apart, with {@link #PRECISION_BITS} fractional bits
 */
record Weights(int[] first, int[] count, int[] values, int stride) {

    /** 32 bits less 8 for the pixel and 2 for the overshoot of negative lobes, as Pillow has it. */
    static final int PRECISION_BITS = 32 - 8 - 2;

    /**
     * Pillow's {@code precompute_coeffs} and {@code normalize_coeffs_8bpc} for the output positions {@code from} to
     * {@code from + length − 1} of {@code target}.
     */
    static Weights of(int source, int target, Filter filter, int from, int length) {
        double scale = (double) source / target;
        double filterScale = Math.max(scale, 1);
        double support = filter.support() * filterScale;
        int stride = (int) Math.ceil(support) * 2 + 1;
        int[] first = new int[length];
        int[] count = new int[length];
        int[] values = new int[Math.multiplyExact(length, stride)];
        double[] exact = new double[stride];
        for (int out = 0; out < length; out++) {
            double centre = (from + out + 0.5) * scale;
            first[out] = Math.max((int) (centre - support + 0.5), 0);
            count[out] = Math.min((int) (centre + support + 0.5), source) - first[out];
            double sum = 0;
            for (int i = 0; i < count[out]; i++) {
                exact[i] = filter.weight((i + first[out] - centre + 0.5) * (1 / filterScale));
                sum += exact[i];
            }
            for (int i = 0; i < count[out]; i++) {
                double share = sum == 0 ? exact[i] : exact[i] / sum;
                values[out * stride + i] = (int) (share * (1 << PRECISION_BITS) + (share < 0 ? -0.5 : 0.5));
            }
        }
        return new Weights(first, count, values, stride);
    }

    /** First source position that is needed. */
    int start() {
        return first[0];
    }

    /** One past the last source position that is needed. */
    int end() {
        int last = first.length - 1;
        return first[last] + count[last];
    }
}
