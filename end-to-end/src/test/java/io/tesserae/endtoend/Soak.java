package io.tesserae.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.bench.load.Asker;
import io.tesserae.bench.load.Heard;
import io.tesserae.bench.load.Load;
import io.tesserae.bench.load.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A long run at four fifths of what the system was found to be able to do: memory, threads, file descriptors and the slowest answers do not grow. Part of
 * the soak suite; {@code tesserae.soak.minutes} says how long.
 */
class Soak {

    private static final int MINUTES = Integer.getInteger("tesserae.soak.minutes", 60);
    private static final int CALLERS = 3;
    /** What a series may grow by from the run's second third to its last, as a part of its mean; noise of the measurement fits into it. */
    private static final double FLAT = 0.10;

    /** Answers that a percentile is taken of. */
    private static final int ENOUGH = 100;

    /** One series of measurements. */
    private static final class Series {

        private final List<double[]> points = new ArrayList<>();

        void add(double minute, double value) {
            points.add(new double[] {minute, value});
        }

        /** Of the line of least squares through the points of the last two thirds, a minute: what the first third warms up is no growth. */
        double slope() {
            List<double[]> late = points.subList(points.size() / 3, points.size());
            double meanX = late.stream().mapToDouble(point -> point[0]).average().orElse(0);
            double meanY = late.stream().mapToDouble(point -> point[1]).average().orElse(0);
            double above = late.stream().mapToDouble(point -> (point[0] - meanX) * (point[1] - meanY)).sum();
            double below = late.stream().mapToDouble(point -> (point[0] - meanX) * (point[0] - meanX)).sum();
            return below == 0 ? 0 : above / below;
        }

        double mean() {
            return points.subList(points.size() / 3, points.size()).stream().mapToDouble(point -> point[1]).average().orElse(0);
        }

        /** Growth over the last two thirds, as a part of the mean. */
        double growth() {
            double minutes = points.get(points.size() - 1)[0] - points.get(points.size() / 3)[0];
            return mean() == 0 ? 0 : slope() * minutes / mean();
        }
    }

    @Test
    void nothingGrows() throws IOException {
        try (Fleet fleet = new Fleet(WholePathContract.MODEL, 1)) {
            Asker asker = new Asker(fleet.http(), Duration.ofSeconds(120));
            List<Script.Question> script = Script.mixed();
            List<Heard> expected = Load.undisturbed(asker, script);
            double most = answersASecond(asker, script, expected);
            Map<String, Series> all = new LinkedHashMap<>();
            Load load = Load.begin(asker, script, expected, 2 * CALLERS, 0.8 * most);
            measure(fleet, load, all);
            load.close();
            Disturbance.write(String.format("soak of %d min at %.2f of %.2f answers a second: %s", MINUTES, 0.8 * most, most, load.tally()));
            all.forEach((name, series) -> Disturbance.write(String.format("soak: %s: mean %.1f, slope %+.4f a minute, %+.1f %% over the last two thirds",
                    name, series.mean(), series.slope(), 100 * series.growth())));
            assertEquals(List.of(), load.tally().lost());
            assertEquals(List.of(), load.tally().different());
            all.forEach((name, series) -> assertTrue(series.growth() < (name.startsWith("p99") ? 0.5 : FLAT), name + " grows"));
        }
    }

    /** What callers that ask without a pause are answered. */
    private static double answersASecond(Asker asker, List<Script.Question> script, List<Heard> expected) {
        long start = System.nanoTime();
        Load load = Load.begin(asker, script, expected, CALLERS, 0);
        Disturbance.pause(Duration.ofSeconds(Math.max(20, MINUTES * 2)).toMillis());
        load.close();
        return load.tally().answered() / ((System.nanoTime() - start) / 1e9);
    }

    private static void measure(Fleet fleet, Load load, Map<String, Series> all) throws IOException {
        long start = System.nanoTime();
        double minute = 0;
        int heard = 0;
        while (minute < MINUTES) {
            Disturbance.pause(15_000);
            minute = (System.nanoTime() - start) / 60e9;
            for (ServiceProcess process : fleet.processes()) {
                Path proc = Path.of("/proc", Long.toString(process.pid()));
                List<String> status = Files.readAllLines(proc.resolve("status"));
                point(all, process.module() + " resident MiB", minute, number(status, "VmRSS:") / 1024);
                point(all, process.module() + " threads", minute, number(status, "Threads:"));
                try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
                    point(all, process.module() + " file descriptors", minute, open.count());
                }
            }
            if (load.tally().answered() - heard >= ENOUGH) {
                point(all, "p99 of the last answers, ms", minute, load.tally().whole(0.99, heard));
                heard = load.tally().answered();
            }
        }
        assertTrue(load.tally().answered() > 0);
    }

    private static void point(Map<String, Series> all, String name, double minute, double value) {
        all.computeIfAbsent(name, first -> new Series()).add(minute, value);
    }

    private static double number(List<String> status, String name) {
        return status.stream().filter(line -> line.startsWith(name)).mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }
}
