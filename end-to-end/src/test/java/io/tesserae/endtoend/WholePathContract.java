package io.tesserae.endtoend;

import static io.restassured.RestAssured.given;
import static io.tesserae.endtoend.ChatCalls.greedy;
import static io.tesserae.endtoend.ChatCalls.promptTokens;
import static io.tesserae.endtoend.ChatCalls.text;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the whole system does with the default model, however its services are deployed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WholePathContract {

    static final Path MODEL = RunningSystem.ROOT.resolve("models/tesserae-135m");

    /** Distance of the two best logits, at every step, above which an answer does not hang on the order in which 8-bit products are summed. */
    private static final double CLEAR_MARGIN = 0.5;

    private RunningSystem system;

    /** Starts the system with that model and waits until it is ready. */
    abstract RunningSystem launch(Path model);

    @BeforeAll
    void start() {
        system = launch(MODEL);
    }

    @AfterAll
    void stop() {
        system.close();
    }

    final RunningSystem system() {
        return system;
    }

    private ChatCalls chat() {
        return new ChatCalls(system().http());
    }

    @Test
    void aStreamedAnswerIsTheWholeAnswer() {
        byte[] picture = Pictures.disc(640, 480);
        JsonNode whole = chat().answer(greedy("What is in this picture?", "auto", 24, picture));
        List<JsonNode> events = chat().stream(greedy("What is in this picture?", "auto", 24, picture));

        assertFalse(text(whole).isBlank());
        assertEquals(text(whole), text(events));
        assertEquals("assistant", events.get(0).at("/choices/0/delta/role").asText());
        assertEquals(whole.get("usage").get("prompt_tokens"), events.get(events.size() - 1).at("/usage/prompt_tokens"));
        assertTrue(events.get(events.size() - 1).get("choices").isEmpty(), "the usage chunk has no choices");
    }

    /** The reference runs the exported graphs in Python, with Pillow's pixels; the golden file names its versions and script. */
    @Test
    void answersAreThoseOfTheReference() throws IOException {
        JsonNode golden = ChatCalls.JSON.readTree(MODEL.resolve("golden.json").toFile());
        assertAll(StreamSupport.stream(golden.get("answers").spliterator(), false).map(expected -> () -> {
            byte[][] pictures = expected.get("picture").isNull() ? new byte[0][]
                    : new byte[][] {Pictures.read(MODEL.resolve(expected.get("picture").asText()))};
            ObjectNode question = greedy(expected.get("question").asText(), expected.get("detail").asText(), 32, pictures);
            if (expected.hasNonNull("nerve")) {
                question.putObject("tesserae").set("nerve", expected.get("nerve"));
            }
            JsonNode answer = chat().answer(question);
            assertEquals(expected.get("prompt_tokens").asInt(), promptTokens(answer), expected::toString);
            // Prompts are read in other pieces here than there: with 8-bit activations logits move by up to a quarter.
            if (expected.get("least_margin").asDouble() >= CLEAR_MARGIN) {
                assertEquals(expected.get("ids"), answer.at("/choices/0/token_ids"), expected::toString);
            }
        }));
    }

    @Test
    void aTextOnlyConversationNeedsNoPicture() {
        JsonNode answer = chat().answer(greedy("What is the capital of France?", "auto", 24));
        assertTrue(text(answer).contains("Paris"), text(answer));
        assertEquals(0, answer.at("/usage/prompt_tokens_details/image_tokens").asInt());
    }

    @Test
    void highDetailCutsTilesBesideTheOverview() {
        byte[] large = Pictures.disc(3000, 2000);
        JsonNode low = chat().answer(greedy("What is this?", "low", 4, large));
        JsonNode high = chat().answer(greedy("What is this?", "high", 4, large));

        assertEquals(1, low.at("/timings/tiles").asInt());
        assertTrue(high.at("/timings/tiles").asInt() > 2, high.toString());
        int aTile = low.at("/usage/prompt_tokens_details/image_tokens").asInt();
        assertEquals(aTile * high.at("/timings/tiles").asInt(), high.at("/usage/prompt_tokens_details/image_tokens").asInt());
        assertTrue(promptTokens(high) > promptTokens(low));
    }

    @Test
    void aPictureThatAnotherClientShowedIsNotEncodedAgain() {
        byte[] picture = Pictures.disc(1601, 1203);
        JsonNode first = chat().answer(greedy("What is this?", "high", 8, picture));
        double encoded = encodedTiles();
        List<JsonNode> second = new ChatCalls(system().http()).stream(greedy("What is this?", "high", 8, picture));

        assertEquals(encoded, encodedTiles(), "tiles that the eye has encoded");
        assertEquals(text(first), text(second), "the answer does not hang on where embeddings came from");
        assertEquals(0, first.at("/timings/cached_tiles").asInt());
        assertEquals(first.at("/timings/tiles"), second.get(second.size() - 1).at("/timings/cached_tiles"));
        assertTrue(encoded >= first.at("/timings/tiles").asInt());
    }

    private double encodedTiles() {
        return system().processes().stream().flatMap(process -> process.metrics().lines())
                .filter(line -> line.startsWith("tesserae_stage_duration_seconds_count") && line.contains("stage=\"encode\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Each nerve that the folder holds is asked by name, and lays a tile out in as many tokens as the manifest says. */
    @Test
    void everyNerveOfTheModelCanBeChosen() throws IOException {
        JsonNode own = ChatCalls.JSON.readTree(MODEL.resolve("tesserae.json").toFile()).get("projector");
        Map<String, JsonNode> nerves = new LinkedHashMap<>();
        nerves.put(own.get("kind").asText(), own);
        own.path("alternatives").properties().forEach(nerve -> nerves.put(nerve.getKey(), nerve.getValue()));
        nerves.forEach((name, nerve) -> {
            ObjectNode body = greedy("What is this?", "low", 8, Pictures.disc(300, 200));
            body.putObject("tesserae").put("nerve", name);
            JsonNode answer = chat().answer(body);
            assertEquals(nerve.get("tokens_per_tile").asInt(), answer.at("/usage/prompt_tokens_details/image_tokens").asInt(), name);
            assertFalse(text(answer).isBlank(), name);
        });
        ObjectNode unknown = greedy("What is this?", "low", 4, Pictures.disc(300, 200));
        unknown.putObject("tesserae").put("nerve", "optic");
        assertRefused(400, "tesserae.nerve", unknown.toString());
        List<String> listed = new ArrayList<>();
        given().baseUri(system().http().toString()).get("/v1/models").as(JsonNode.class).at("/data/0/projector/nerves")
                .forEach(nerve -> listed.add(nerve.get("name").asText()));
        assertEquals(List.copyOf(nerves.keySet()), listed);
    }

    @Test
    void severalPicturesAndTurnsAreOnePrompt() {
        ObjectNode body = greedy("Are these the same?", "low", 8, Pictures.disc(300, 200), Pictures.disc(200, 300));
        body.withArray("messages").addObject().put("role", "assistant").put("content", "They are.");
        body.withArray("messages").addObject().put("role", "user").put("content", "Why?");
        JsonNode answer = chat().answer(body);
        assertEquals(2, answer.at("/timings/tiles").asInt());
    }

    @Test
    void badInputIsTheCallersAndNamesTheField() {
        assertRefused(400, "messages", "{\"messages\":[]}");
        byte[] picture = Pictures.disc(64, 64);
        assertRefused(400, "messages[0].content[0].image_url", greedy("?", "low", 4, new byte[0]).toString());
        assertRefused(400, "messages[0].content[0].image_url", greedy("?", "low", 4, java.util.Arrays.copyOf(picture, 200)).toString());
        assertRefused(415, "messages[0].content[0].image_url", greedy("?", "low", 4, "%PDF-1.7 not a picture".getBytes(StandardCharsets.US_ASCII)).toString());
        assertRefused(400, "messages[0].content[0].image_url.detail", greedy("?", "huge", 4, picture).toString());
        ObjectNode wrongRole = greedy("?", "low", 4);
        ((ObjectNode) wrongRole.at("/messages/0")).put("role", "narrator");
        assertRefused(400, "messages[0].role", wrongRole.toString());
    }

    private void assertRefused(int status, String param, String body) {
        JsonNode error = chat().post(body).then().statusCode(status).extract().as(JsonNode.class).get("error");
        assertTrue(error.get("param").asText().startsWith(param), error.toString());
        assertFalse(error.get("message").asText().isBlank());
    }

    @Test
    void aClientThatLeavesFreesItsSlot() throws Exception {
        ObjectNode body = greedy("Tell me a very long story.", "low", 1500);
        body.put("ignore_eos", true).put("stream", true);
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        double before = system().metric("tesserae_generated_tokens_total");
        try (Socket socket = new Socket("localhost", system().http().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                    + bytes.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            out.flush();
            readUntil(socket.getInputStream(), "\"content\"");
            assertEquals(1, system().metric("tesserae_requests_running"));
        }
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (system().metric("tesserae_requests_running") > 0 && System.nanoTime() < deadline) {
            Thread.sleep(50);
        }
        assertEquals(0, system().metric("tesserae_requests_running"));
        assertTrue(system().metric("tesserae_generated_tokens_total") - before < 1500, "it went on to the end");
    }

    private static void readUntil(InputStream in, String wanted) throws IOException {
        StringBuilder seen = new StringBuilder();
        byte[] buffer = new byte[4096];
        int read;
        while (seen.indexOf(wanted) < 0 && (read = in.read(buffer)) > 0) {
            seen.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
        }
        assertTrue(seen.indexOf(wanted) >= 0, seen.toString());
    }

    @Test
    void everyStageIsMeasured() {
        chat().answer(greedy("What is this?", "low", 4, Pictures.disc(200, 200)));
        for (String stage : List.of("fetch", "decode", "tile", "encode", "project", "prefill", "decode_tokens", "transfer")) {
            assertTrue(isMeasured("tesserae_stage_duration_seconds_bucket", stage), "no histogram for stage " + stage);
        }
        for (String stage : List.of("admit", "encode", "project")) {
            assertTrue(isMeasured("tesserae_queue_wait_seconds_bucket", stage), "no histogram of the wait for " + stage);
        }
    }

    private boolean isMeasured(String metric, String stage) {
        return system().processes().stream().flatMap(process -> process.metrics().lines())
                .anyMatch(line -> line.startsWith(metric) && line.contains("stage=\"" + stage + "\""));
    }

    @Test
    void thePageAndTheModelListAreServed() {
        given().baseUri(system().http().toString()).get("/").then().statusCode(200).contentType("text/html");
        given().baseUri(system().http().toString()).get("/v1/models").then().statusCode(200)
                .body("object", org.hamcrest.Matchers.equalTo("list"))
                .body("data[0].id", org.hamcrest.Matchers.equalTo("tesserae-135m"));
    }
}
