package io.tesserae.cli;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What services said of themselves at one moment: Prometheus' text format, read as far as it is needed. Series of several services add up. */
final class Scrape {

    private static final Pattern SERIES = Pattern.compile(
            "([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{((?:[^\"}]|\"(?:[^\"\\\\]|\\\\.)*\")*)})? (\\S+)(?: .*)?");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** One series' name and labels. */
    record Series(String name, Map<String, String> labels) {
    }

    private final Map<Series, Double> values = new HashMap<>();
    private final long nanos;

    /** @param nanos of {@link System#nanoTime} */
    Scrape(List<String> pages, long nanos) {
        this.nanos = nanos;
        pages.forEach(page -> page.lines().filter(line -> !line.startsWith("#")).forEach(this::add));
    }

    private void add(String line) {
        Matcher series = SERIES.matcher(line);
        if (series.matches()) {
            Map<String, String> labels = new LinkedHashMap<>();
            Matcher label = LABEL.matcher(series.group(2) == null ? "" : series.group(2));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
            values.merge(new Series(series.group(1), labels), number(series.group(3)), Double::sum);
        }
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** Seconds from {@code earlier} to this. */
    double secondsSince(Scrape earlier) {
        return (nanos - earlier.nanos) / 1e9;
    }

    /** Sum over all series of a name that fit. */
    double sum(String name, Predicate<Map<String, String>> fits) {
        return values.entrySet().stream().filter(entry -> entry.getKey().name().equals(name) && fits.test(entry.getKey().labels()))
                .mapToDouble(Map.Entry::getValue).filter(value -> !Double.isNaN(value)).sum();
    }

    /** Number of series of a name. */
    long count(String name) {
        return values.keySet().stream().filter(series -> series.name().equals(name)).count();
    }

    /** Whether any series has that name. */
    boolean has(String name) {
        return count(name) > 0;
    }

    /** Cumulative counts by upper bound over all series of a histogram that fit. */
    Map<Double, Double> buckets(String histogram, Predicate<Map<String, String>> fits) {
        Map<Double, Double> buckets = new HashMap<>();
        values.forEach((series, value) -> {
            if (series.name().equals(histogram + "_bucket") && fits.test(series.labels())) {
                buckets.merge(number(series.labels().get("le")), value, Double::sum);
            }
        });
        return buckets;
    }
}
