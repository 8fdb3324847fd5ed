package io.tesserae.gateway.http;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.doubles.Pictures;
import io.tesserae.gateway.doubles.StageDoubles;
import io.tesserae.gateway.doubles.Waiting;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streamed answers over HTTP: their bytes, their ends, and their readers' habits. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
class StreamingIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/v1/chat/completions";

    StageDoubles stages;

    @TestHTTPResource
    URL server;

    @BeforeEach
    void reset() {
        stages.behaviour.reset();
    }

    private static String say(String words, String fields) {
        return "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"" + words + "\"}]" + fields + "}";
    }

    private static String stream(String body) {
        return given().contentType(ContentType.JSON).body(body).post(PATH).then()
                .statusCode(200).contentType("text/event-stream").extract().asString();
    }

    /** Every event's data but the mark at the end; checks the framing. */
    private static List<JsonNode> events(String stream) throws IOException {
        assertTrue(stream.endsWith("data: [DONE]\n\n"), stream);
        List<JsonNode> events = new ArrayList<>();
        for (String event : stream.split("\n\n")) {
            assertTrue(event.startsWith("data: ") && !event.contains("\n"), event);
            if (!event.equals("data: [DONE]")) {
                events.add(JSON.readTree(event.substring(6)));
            }
        }
        return events;
    }

    private static String text(List<JsonNode> events, int choice) {
        StringBuilder text = new StringBuilder();
        for (JsonNode event : events) {
            JsonNode one = event.path("choices").path(0);
            if (one.path("index").asInt(-1) == choice) {
                text.append(one.path("delta").path("content").asText(""));
            }
        }
        return text.toString();
    }

    @Test
    void streamsOpenAisChunks() throws IOException {
        List<JsonNode> events = events(stream(say("hé☕", "")));
        JsonNode first = events.get(0);
        assertEquals("chat.completion.chunk", first.get("object").asText());
        assertEquals(JSON.readTree("{\"role\":\"assistant\",\"content\":\"\"}"), first.at("/choices/0/delta"));
        assertEquals(JSON.readTree("{\"content\":\"u\"}"), events.get(1).at("/choices/0/delta"));
        assertTrue(events.get(1).at("/choices/0/finish_reason").isNull());
        assertEquals("user:hé☕|", text(events, 0));
        JsonNode last = events.get(events.size() - 1);
        assertEquals(JSON.readTree("{}"), last.at("/choices/0/delta"));
        assertEquals("stop", last.at("/choices/0/finish_reason").asText());
        for (JsonNode event : events) {
            assertEquals(first.get("id"), event.get("id"));
            assertEquals("double", event.get("model").asText());
            assertFalse(event.has("usage"));
        }
    }

    @Test
    void tellsUsageAndTimingsWhereAsked() throws IOException {
        String body = "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[{\"role\":\"user\",\"content\":["
                + ChatCompletionsIT.image(Pictures.png(1200, 40, 7), "high") + "]}]}";
        List<JsonNode> events = events(stream(body));
        assertEquals("user:<[7][7][7]>|", text(events, 0));
        JsonNode last = events.get(events.size() - 1);
        assertEquals(0, last.get("choices").size());
        assertEquals(6, last.at("/usage/prompt_tokens_details/image_tokens").asInt());
        assertEquals(last.at("/usage/prompt_tokens").asInt() + last.at("/usage/completion_tokens").asInt(),
                last.at("/usage/total_tokens").asInt());
        assertEquals(3, last.at("/timings/tiles").asInt());
        for (String stage : List.of("fetch_ms", "decode_ms", "tile_ms", "encode_ms", "prefill_ms", "decode_tokens_ms", "queue_ms")) {
            assertTrue(last.at("/timings/stages").has(stage), stage + " in " + last);
        }
        assertTrue(last.at("/timings/first_token_ms").asDouble() > 0);
        assertTrue(last.at("/timings/total_ms").asDouble() >= last.at("/timings/first_token_ms").asDouble());
        assertTrue(events.get(0).get("usage").isNull());
    }

    @Test
    void streamsTokenIdsLogprobsAndSeveralChoices() throws IOException {
        List<JsonNode> events = events(stream(say("#count 3", ",\"n\":2,\"return_token_ids\":true,\"logprobs\":true,\"top_logprobs\":1")));
        for (int choice = 0; choice < 2; choice++) {
            assertEquals("t0 t1 t2 ", text(events, choice));
        }
        JsonNode token = events.stream().filter(event -> event.at("/choices/0/token_ids/0").asInt() == 101).findFirst().orElseThrow();
        assertEquals("t1 ", token.at("/choices/0/logprobs/content/0/token").asText());
        assertEquals("x0", token.at("/choices/0/logprobs/content/0/top_logprobs/0/token").asText());
    }

    @Test
    void tellsAFailureBeforeTheFirstTokenByStatus() {
        stages.behaviour.generateFails = Reason.CONTEXT_FULL;
        var error = given().contentType(ContentType.JSON).body(say("hi", "")).post(PATH).then()
                .statusCode(400).contentType("application/json").extract().jsonPath();
        assertEquals("context_length_exceeded", error.getString("error.code"));
        assertEquals("messages", error.getString("error.param"));
    }

    @Test
    void tellsAFailureMidwayByAnEventAndDoesNotSayDone() throws IOException {
        String stream = stream(say("#count 5 #break 2", ""));
        String[] events = stream.split("\n\n");
        JsonNode error = JSON.readTree(events[events.length - 1].substring(6));
        assertEquals("the brain broke", error.at("/error/message").asText());
        assertEquals("server_error", error.at("/error/type").asText());
        assertTrue(stream.contains("t1 "));
        assertFalse(stream.contains("[DONE]"));
    }

    @Test
    void stopsTheBrainWhenAReaderOfAStreamLeaves() throws Exception {
        try (RawCall call = new RawCall(server.getPort(), PATH, say("#count 100000 #pace 10", ""))) {
            call.until("t3 ");
        }
        Waiting.until("the brain was told", () -> stages.behaviour.generatesCancelled.get() == 1);
        int sent = stages.behaviour.tokensSent.get();
        Thread.sleep(200);
        assertTrue(stages.behaviour.tokensSent.get() - sent <= 1, "at most the step under way was finished");
    }

    @Test
    void stopsTheBrainWhenOneWhoWaitsForTheWholeLeaves() throws Exception {
        String body = say("#count 100000 #pace 10", "").replace("\"stream\":true", "\"stream\":false");
        try (RawCall call = new RawCall(server.getPort(), PATH, body)) {
            Waiting.until("tokens come", () -> stages.behaviour.tokensSent.get() > 3);
        }
        Waiting.until("the brain was told", () -> stages.behaviour.generatesCancelled.get() == 1);
    }

    @Test
    void stopsEyeAndBrainWhenTheCallerLeavesWhileTheyWork() throws Exception {
        stages.behaviour.encodeMillis = 30_000;
        String body = "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":["
                + ChatCompletionsIT.image(Pictures.squares(3000, 2000), "high") + "]}]}";
        try (RawCall call = new RawCall(server.getPort(), PATH, body)) {
            Waiting.until("all tiles are being encoded", () -> stages.behaviour.encodesBegun.get() == 7);
            Waiting.until("the brain has the layout", () -> stages.behaviour.lastStart != null);
        }
        Waiting.until("every eye was told", () -> stages.behaviour.encodesCancelled.get() == 7);
        Waiting.until("the brain was told", () -> stages.behaviour.generatesCancelled.get() == 1);
    }

    @Test
    void aSlowReaderSlowsTheBrain() throws Exception {
        // Far more than all buffers on the way hold together.
        int tokens = 3_000;
        try (RawCall call = new RawCall(server.getPort(), PATH, say("#count " + tokens + " #wide 50000", ""))) {
            call.until("t0 ");
            int before = -1;
            while (before != stages.behaviour.tokensSent.get()) {
                before = stages.behaviour.tokensSent.get();
                Thread.sleep(500);
            }
            assertTrue(before < tokens, "all " + tokens + " tokens were made for a reader that read none");
        }
        Waiting.until("the brain was told", () -> stages.behaviour.generatesCancelled.get() == 1);
    }
}
