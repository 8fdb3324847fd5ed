package io.tesserae.cli;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What happened between two scrapes. A service that began anew meanwhile counts as having done nothing. */
record Interval(Scrape before, Scrape after) {

    /** Increase of a counter. */
    double increase(String counter, Predicate<Map<String, String>> fits) {
        return Math.max(0, after.sum(counter, fits) - before.sum(counter, fits));
    }

    /** Increase of a counter a second. */
    double rate(String counter, Predicate<Map<String, String>> fits) {
        return increase(counter, fits) / after.secondsSince(before);
    }

    /** Mean of what a histogram saw; 0 where it saw nothing. */
    double mean(String histogram, Predicate<Map<String, String>> fits) {
        double count = increase(histogram + "_count", fits);
        return count == 0 ? 0 : increase(histogram + "_sum", fits) / count;
    }

    /** A quantile of what a histogram saw, by straight lines within its buckets as Prometheus has it; 0 where it saw nothing. */
    double quantile(double part, String histogram, Predicate<Map<String, String>> fits) {
        TreeMap<Double, Double> seen = new TreeMap<>(after.buckets(histogram, fits));
        before.buckets(histogram, fits).forEach((bound, count) -> seen.merge(bound, -count, Double::sum));
        if (seen.isEmpty() || seen.lastEntry().getValue() <= 0) {
            return 0;
        }
        double rank = part * seen.lastEntry().getValue();
        double lower = 0;
        double below = 0;
        for (Map.Entry<Double, Double> bucket : seen.entrySet()) {
            if (bucket.getValue() >= rank) {
                return bucket.getKey().isInfinite() || bucket.getValue() <= below ? lower
                        : lower + (bucket.getKey() - lower) * (rank - below) / (bucket.getValue() - below);
            }
            lower = bucket.getKey();
            below = bucket.getValue();
        }
        return lower;
    }
}
