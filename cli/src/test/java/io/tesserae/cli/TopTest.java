package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TopTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private static String page(int asked) {
        return """
                # HELP tesserae_stage_duration_seconds Time
                # TYPE tesserae_stage_duration_seconds histogram
                tesserae_stage_duration_seconds_bucket{model="m",stage="encode",le="0.1"} %d.0
                tesserae_stage_duration_seconds_bucket{model="m",stage="encode",le="0.2"} %d.0
                tesserae_stage_duration_seconds_bucket{model="m",stage="encode",le="+Inf"} %d.0
                tesserae_stage_duration_seconds_count{model="m",stage="encode"} %d.0
                tesserae_stage_duration_seconds_sum{model="m",stage="encode"} %d.0
                tesserae_stage_duration_seconds_count{model="m",stage="prefill"} %d.0
                tesserae_stage_duration_seconds_sum{model="m",stage="prefill"} %d.0
                tesserae_gateway_requests_running 3.0
                tesserae_kv_use{model="m"} 0.5
                """.formatted(10 * asked, 20 * asked, 20 * asked, 20 * asked, 3 * asked, asked, asked);
    }

    @Test
    void showsWhatHappenedBetweenTwoScrapes() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/q/metrics", exchange -> {
            byte[] body = page(asked.getAndIncrement()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://localhost:" + server.getAddress().getPort();
            assertEquals(0, top("--url", url, "--every", "0.2", "--once"));
        } finally {
            server.stop(0);
        }
        String screen = out.toString(StandardCharsets.UTF_8);
        String encode = screen.lines().filter(line -> line.startsWith("encode ")).findFirst().orElseThrow();
        // 20 tiles in 3 s; 19 of them within 0.19 s; three of the four seconds that were spent.
        assertTrue(encode.contains("150.0 ms") && encode.contains("190.0 ms") && encode.endsWith(" 75 %"), encode);
        assertTrue(screen.contains("3 running") && screen.contains("KV cache 50 %"), screen);
    }

    @Test
    void saysWhereNothingAnswers() throws Exception {
        assertEquals(1, top("--url", "http://localhost:1", "--once"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("nothing answers at http://localhost:1"), err.toString());
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThrows(IllegalArgumentException.class, () -> top("--every", "soon"));
        assertThrows(IllegalArgumentException.class, () -> top("--fast"));
    }

    @Test
    void aServiceThatBeganAnewHasDoneNothing() {
        Interval interval = new Interval(new Scrape(List.of("c_total 5.0"), 0), new Scrape(List.of("c_total 1.0"), 1_000_000_000L));
        assertEquals(0, interval.increase("c_total", labels -> true));
    }

    @Test
    void severalReplicasAddUp() {
        Scrape scrape = new Scrape(List.of("c_total{stage=\"encode\"} 5.0 # {trace_id=\"a\"} 1", "c_total{stage=\"encode\"} 2.0"), 0);
        assertEquals(7, scrape.sum("c_total", labels -> labels.get("stage").equals("encode")));
    }

    private int top(String... arguments) throws IOException, InterruptedException {
        return new Top(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8)).run(List.of(arguments));
    }
}
