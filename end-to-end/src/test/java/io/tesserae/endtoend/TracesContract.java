package io.tesserae.endtoend;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.response.Response;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One trace a request, a span a stage and a tile, however the services are deployed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TracesContract {

    /** What Prometheus says it takes. */
    private static final String PROMETHEUS = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
            + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    private final TraceCollector collector = new TraceCollector();
    private RunningSystem system;

    /** Starts the system with those properties for every process. */
    abstract RunningSystem launch(Path model, List<String> properties);

    /** Names under which the processes send spans. */
    abstract Set<String> services();

    @BeforeAll
    void start() {
        system = launch(WholePathContract.MODEL, collector.properties());
    }

    @AfterAll
    void stop() {
        system.close();
        collector.close();
    }

    private Response ask(String body, String trace) {
        return given().baseUri(system.http().toString()).contentType("application/json")
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01").body(body).post("/v1/chat/completions");
    }

    private static String newTrace() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** Waits until the request's own span has come, which ends last, and those of the stages, which send by themselves. */
    private List<TraceCollector.Sent> spansOf(String trace, String... names) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        Set<String> missing = new HashSet<>(Set.of(names));
        while (!missing.isEmpty() && System.nanoTime() < deadline) {
            pause();
            collector.of(trace).forEach(sent -> missing.remove(sent.span().getName()));
        }
        pause();
        assertTrue(missing.isEmpty(), () -> "no span " + missing + " in:\n" + TraceText.of(collector.of(trace)));
        return collector.of(trace);
    }

    private static void pause() {
        try {
            Thread.sleep(500);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void aHighDetailPictureIsOneTraceWithASpanForEachStageAndTile() throws IOException {
        String trace = newTrace();
        Response response = ask(ChatCalls.greedy("What is in this picture?", "high", 8, Pictures.disc(1200, 800)).toString(), trace);
        assertEquals(200, response.statusCode(), response.asString());
        JsonNode usage = ChatCalls.JSON.readTree(response.asString()).get("usage");

        List<TraceCollector.Sent> spans = spansOf(trace, "chat", "Encode", "Project", "Generate", "encode", "project", "prefill", "decode_tokens");
        Path page = RunningSystem.ROOT.resolve("end-to-end/target/traces/" + getClass().getSimpleName() + ".txt");
        Files.createDirectories(page.getParent());
        Files.writeString(page, TraceText.of(spans));

        Set<String> ids = spans.stream().map(TraceCollector.Sent::id).collect(Collectors.toSet());
        List<TraceCollector.Sent> roots = spans.stream().filter(sent -> !ids.contains(sent.parent())).toList();
        assertEquals(List.of("chat"), roots.stream().map(sent -> sent.span().getName()).toList(), () -> TraceText.of(spans));
        assertEquals("00f067aa0ba902b7", roots.get(0).parent(), "the caller's own span is above it");

        long tiles = spans.stream().filter(sent -> sent.span().getName().matches("tile \\d+")).count();
        assertTrue(tiles > 1, () -> "more than one tile:\n" + TraceText.of(spans));
        assertEquals(tiles, count(spans, "call Encode"), "a call a tile");
        assertEquals(tiles, count(spans, "Encode"), "and each call is seen by the eye");
        assertEquals(tiles, count(spans, "encode"), "which says how long it took");
        assertEquals(tiles, usage.at("/tesserae/tiles").asInt((int) tiles), usage::toString);
        for (String stage : List.of("fetch", "decode", "tile", "queue", "project", "prefill", "decode_tokens")) {
            assertTrue(count(spans, stage) > 0, () -> "a span for " + stage + ":\n" + TraceText.of(spans));
        }
        assertEquals(services(), spans.stream().map(TraceCollector.Sent::service).collect(Collectors.toSet()));
    }

    @Test
    void healthIsNotTraced() {
        assertEquals(200, given().baseUri(system.http().toString()).get("/q/health/ready").statusCode());
        pause();
        assertFalse(collector.all().stream().anyMatch(sent -> sent.span().getName().contains("Describe") && sent.parent().isEmpty()));
    }

    @Test
    void aFailureIsSeen() {
        String trace = newTrace();
        String body = ChatCalls.greedy("What is this?", "low", 8, "no picture".getBytes(StandardCharsets.UTF_8)).toString();
        assertEquals(4, ask(body, trace).statusCode() / 100);
        Span request = spansOf(trace, "chat").stream().map(TraceCollector.Sent::span).filter(span -> span.getName().equals("chat")).findFirst().orElseThrow();
        assertEquals(Status.StatusCode.STATUS_CODE_ERROR, request.getStatus().getCode(), "the span says that it failed");
    }

    @Test
    void histogramsShowATraceAsTheirExample() {
        String trace = newTrace();
        ask(ChatCalls.greedy("Say something.", "low", 4).toString(), trace);
        spansOf(trace, "chat");
        String page = given().baseUri(system.http().toString()).accept(PROMETHEUS).get("/q/metrics").asString();
        assertTrue(page.lines().anyMatch(line -> line.startsWith("tesserae_time_to_first_token_seconds_bucket") && line.contains("trace_id=\"")),
                () -> page.lines().filter(line -> line.contains("first_token")).collect(Collectors.joining("\n")));
    }

    private static long count(List<TraceCollector.Sent> spans, String name) {
        return spans.stream().filter(sent -> sent.span().getName().equals(name)).count();
    }
}
