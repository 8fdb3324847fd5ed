package io.tesserae.bench.gateway;

import io.vertx.core.buffer.Buffer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What a stream costs where the stages cost nothing: 20 tokens a second each, as the doubles' brain writes them. */
final class Alone {

    private static final int[] STREAMS = {10, 100, 1_000};
    private static final int TOKENS_A_SECOND = 20;
    private static final int CALLERS = 64;
    private static final int WARM_UP_SECONDS = 5;

    private final Path jar;
    private final Path doubles;
    private final int port;
    private final int seconds;

    Alone(Path jar, Path doubles, int port, int seconds) {
        this.jar = jar;
        this.doubles = doubles;
        this.port = port;
        this.seconds = seconds;
    }

    List<Row> rows() throws Exception {
        List<Row> rows = new ArrayList<>();
        Process stages = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", doubles.toString(),
                "--encode", "0", "--project", "0", "--slot", "0", "--text", "0", "--token", Integer.toString(1_000 / TOKENS_A_SECOND))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (GatewayProcess gateway = new GatewayProcess(jar, port, port + 1, settings(stages)).awaitReady()) {
            try (Callers callers = new Callers(gateway.port(), CALLERS)) {
                requests(callers, WARM_UP_SECONDS, false);
                rows.add(Row.reported("gateway alone, whole answers of one token, " + CALLERS + " callers",
                        String.format(Locale.ROOT, "%.0f requests/s", requests(callers, seconds, false))));
                rows.add(Row.reported("gateway alone, streamed answers of one token, " + CALLERS + " callers",
                        String.format(Locale.ROOT, "%.0f requests/s", requests(callers, seconds, true))));
            }
            List<Load> loads = new ArrayList<>();
            // The first is thrown away: it is what warms the code that streams.
            streams(gateway, 100);
            for (int count : STREAMS) {
                Load load = streams(gateway, count);
                loads.add(load);
                rows.addAll(load.rows());
            }
            Load few = loads.get(0);
            Load many = loads.get(loads.size() - 1);
            double ratio = many.microsAToken / few.microsAToken;
            rows.add(new Row("gateway alone, processor time a token, 1,000 streams against 10", "at most 1.1: flat",
                    String.format(Locale.ROOT, "%.2f", ratio), ratio <= 1.1));
            rows.add(Row.reported("gateway alone, memory a stream, 10 to 1,000",
                    String.format(Locale.ROOT, "%.1f KiB of live heap, %.1f KiB resident", (many.heap - few.heap) / 1024.0 / (many.count - few.count),
                            (many.resident - few.resident) / 1024.0 / (many.count - few.count))));
        } finally {
            stages.destroy();
        }
        return rows;
    }

    private static Map<String, String> settings(Process stages) throws IOException {
        String ready = new BufferedReader(new InputStreamReader(stages.getInputStream(), StandardCharsets.UTF_8)).readLine();
        Map<String, String> settings = new HashMap<>(Map.of("tesserae.gateway.requests.running", "1200", "tesserae.gateway.deadline", "600s"));
        for (String address : ready.substring("ready ".length()).split(" ")) {
            settings.put("tesserae.gateway." + address.substring(0, address.indexOf('=')), address.substring(address.indexOf('=') + 1));
        }
        return settings;
    }

    /** Answers a second, each caller asking again as soon as it is answered. */
    private static double requests(Callers callers, int seconds, boolean stream) throws Exception {
        Buffer question = Questions.words(1, stream);
        AtomicLong answered = new AtomicLong();
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
            CompletableFuture<Void> over = new CompletableFuture<>();
            all.add(over);
            again(callers, question, stream, answered, end, over);
        }
        for (CompletableFuture<Void> over : all) {
            over.get(2, TimeUnit.MINUTES);
        }
        return answered.get() / ((System.nanoTime() - start) / 1e9);
    }

    private static void again(Callers callers, Buffer question, boolean stream, AtomicLong answered, long end, CompletableFuture<Void> over) {
        CompletableFuture<?> answer = stream ? callers.stream(question, stamp -> { }) : callers.ask(question);
        answer.whenComplete((status, thrown) -> {
            if (thrown != null) {
                over.completeExceptionally(thrown);
            } else if (status != null && !status.equals(200)) {
                over.completeExceptionally(new IllegalStateException("status " + status));
            } else if (answered.incrementAndGet() > 0 && System.nanoTime() < end) {
                again(callers, question, stream, answered, end, over);
            } else {
                over.complete(null);
            }
        });
    }

    /** What so many streams cost. */
    private record Load(int count, double tokensASecond, double p50, double p99, double microsAToken, long heap, long resident, int threads) {

        List<Row> rows() {
            String name = String.format(Locale.ROOT, "gateway alone, %,d streams of %d tokens/s", count, TOKENS_A_SECOND);
            double asked = count * TOKENS_A_SECOND;
            return List.of(
                    new Row(name + ", tokens delivered", "at least 0.97 of those written",
                            String.format(Locale.ROOT, "%.3f (%.0f a second)", tokensASecond / asked, tokensASecond), tokensASecond >= 0.97 * asked),
                    Row.reported(name + ", added latency a token", String.format(Locale.ROOT, "p50 %.2f ms, p99 %.2f ms", p50, p99)),
                    Row.reported(name + ", cost", String.format(Locale.ROOT, "%.1f µs of processor time a token, %d threads, %.0f MiB live heap, %.0f MiB resident",
                            microsAToken, threads, heap / 1048576.0, resident / 1048576.0)));
        }
    }

    private Load streams(GatewayProcess gateway, int count) throws Exception {
        int tokens = (WARM_UP_SECONDS + seconds + 15) * TOKENS_A_SECOND;
        Latencies latencies = new Latencies(count * TOKENS_A_SECOND * (seconds + 10));
        try (Callers callers = new Callers(gateway.port(), count)) {
            Buffer question = Questions.words(tokens, true);
            List<CompletableFuture<Void>> open = new ArrayList<>();
            for (int stream = 0; stream < count; stream++) {
                open.add(callers.stream(question, stamp -> latencies.add(System.nanoTime() - stamp)));
                // Spread over a second, as callers are: so no two streams' tokens are due together.
                Thread.sleep(1_000 / count);
            }
            Thread.sleep(WARM_UP_SECONDS * 1_000L);
            latencies.begin();
            long start = System.nanoTime();
            long processor = gateway.processorTime().toNanos();
            Thread.sleep(seconds * 1_000L);
            long[] delivered = latencies.end();
            double micros = (gateway.processorTime().toNanos() - processor) / 1e3 / delivered.length;
            double rate = delivered.length / ((System.nanoTime() - start) / 1e9);
            for (CompletableFuture<Void> stream : open) {
                if (stream.isCompletedExceptionally()) {
                    stream.join();
                }
            }
            return new Load(count, rate, Numbers.percentile(delivered, 0.5) / 1e6, Numbers.percentile(delivered, 0.99) / 1e6, micros,
                    gateway.liveHeap(), gateway.resident(), gateway.threads());
        }
    }

    /** Latencies heard between {@code begin} and {@code end}, in nanoseconds. */
    private static final class Latencies {

        private final long[] nanos;
        private int count;
        private boolean listening;

        Latencies(int most) {
            nanos = new long[most];
        }

        synchronized void begin() {
            listening = true;
        }

        synchronized void add(long latency) {
            if (listening && count < nanos.length) {
                nanos[count++] = latency;
            }
        }

        synchronized long[] end() {
            listening = false;
            return java.util.Arrays.copyOf(nanos, count);
        }
    }
}
