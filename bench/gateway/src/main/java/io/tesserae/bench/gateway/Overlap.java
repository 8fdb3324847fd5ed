package io.tesserae.bench.gateway;

import io.tesserae.bench.doubles.CriticalPath;
import io.tesserae.bench.doubles.Latencies;
import io.tesserae.bench.doubles.Shape;
import io.tesserae.bench.doubles.Stages;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** How close first tokens come to the path that nothing can beat, and whether eyes that are added are used. */
final class Overlap {

    private static final int[] TILES = {1, 4, 17};
    private static final int[] EYES = {1, 2, 4};
    private static final int RUNS = 5;

    /** Pictures asked about at once to see how the eye scales: enough that every replica always has a tile. */
    private static final int CROWD = 8;
    private static final Latencies FOR_SCALING = new Latencies(100_000, 1_000, 0, 0, 0);

    private final Path jar;
    private final int port;

    Overlap(Path jar, int port) {
        this.jar = jar;
        this.port = port;
    }

    List<Row> rows() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int eyes : EYES) {
            inFrontOf(Latencies.TWO_CORES, eyes, callers -> {
                callers.stream(Questions.picture(1, 2, true), stamp -> { }).get(1, TimeUnit.MINUTES);
                for (int tiles : TILES) {
                    rows.add(firstToken(callers, tiles, eyes));
                }
            });
        }
        List<Double> rates = new ArrayList<>();
        for (int eyes : EYES) {
            inFrontOf(FOR_SCALING, eyes, callers -> {
                callers.stream(Questions.picture(17, 2, true), stamp -> { }).get(1, TimeUnit.MINUTES);
                rates.add(tilesASecond(callers));
            });
        }
        for (int i = 1; i < EYES.length; i++) {
            double part = rates.get(i) / rates.get(0) / EYES[i];
            rows.add(new Row("vision scaling, " + EYES[i] + " eyes", "at least 0.9 of linear",
                    String.format(Locale.ROOT, "%.3f (%.1f tiles/s, one eye %.1f)", part, rates.get(i), rates.get(0)), part >= 0.9));
        }
        return rows;
    }

    private interface Measurement {

        void with(Callers callers) throws Exception;
    }

    private void inFrontOf(Latencies latencies, int eyes, Measurement measurement) throws Exception {
        try (Stages stages = new Stages(Shape.small(), latencies, true, Collections.nCopies(eyes, 0), 0, 0);
                GatewayProcess gateway = new GatewayProcess(jar, port, port + 1, Map.of(
                        "tesserae.gateway.vision", stages.vision(), "tesserae.gateway.projector", stages.projector(),
                        "tesserae.gateway.llm", stages.llm())).awaitReady();
                Callers callers = new Callers(gateway.port(), CROWD)) {
            measurement.with(callers);
        }
    }

    private static Row firstToken(Callers callers, int tiles, int eyes) throws Exception {
        List<Double> millis = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            Buffer question = Questions.picture(tiles, 2, true);
            long[] first = new long[1];
            long start = System.nanoTime();
            callers.stream(question, stamp -> {
                if (first[0] == 0) {
                    first[0] = System.nanoTime();
                }
            }).get(2, TimeUnit.MINUTES);
            millis.add((first[0] - start) / 1e6);
        }
        double best = CriticalPath.firstToken(Latencies.TWO_CORES, tiles, eyes) / 1e3;
        double median = Numbers.median(millis);
        return new Row("first token, " + tiles + " tiles, " + eyes + (eyes == 1 ? " eye" : " eyes"), "at most 1.10 of the critical path",
                String.format(Locale.ROOT, "%.3f (%.0f ms of %.0f ms, median of %d)", median / best, median, best, RUNS), median <= 1.1 * best);
    }

    private static double tilesASecond(Callers callers) throws Exception {
        List<Double> rates = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            List<Buffer> questions = new ArrayList<>();
            for (int caller = 0; caller < CROWD; caller++) {
                questions.add(Questions.picture(17, 1, true));
            }
            long start = System.nanoTime();
            List<CompletableFuture<Void>> answers = questions.stream().map(question -> callers.stream(question, stamp -> { })).toList();
            for (CompletableFuture<Void> answer : answers) {
                answer.get(5, TimeUnit.MINUTES);
            }
            rates.add(CROWD * 17 / ((System.nanoTime() - start) / 1e9));
        }
        return Numbers.median(rates);
    }
}
