package io.tesserae.bench.gateway;

import java.util.Arrays;
import java.util.List;

/** Figures of many measurements. */
final class Numbers {

    private Numbers() {
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length % 2 == 1 ? sorted[sorted.length / 2] : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    }

    /** The value that this part of {@code values} does not pass; sorts them. */
    static long percentile(long[] values, double part) {
        Arrays.sort(values);
        return values[(int) Math.min(values.length - 1, Math.ceil(part * values.length))];
    }
}
