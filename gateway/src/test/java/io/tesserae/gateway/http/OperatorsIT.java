package io.tesserae.gateway.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.tesserae.gateway.caller.AuditLines;
import io.tesserae.gateway.doubles.Pictures;
import io.tesserae.gateway.doubles.SafetyDouble;
import io.tesserae.gateway.doubles.StageDoubles;
import io.tesserae.gateway.doubles.Waiting;
import jakarta.inject.Inject;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators add: a port of their own, a service that judges conversations, short patience with slow callers, prompts in the log. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
@QuarkusTestResource(value = SafetyDouble.class, restrictToAnnotatedClass = true)
class OperatorsIT {

    private static final String PATH = "/v1/chat/completions";

    StageDoubles stages;
    SafetyDouble safety;

    @Inject
    Management management;

    @TestHTTPResource
    URL server;

    @BeforeEach
    void reset() {
        stages.behaviour.reset();
    }

    private static ValidatableResponse ask(String words) {
        return given().contentType(ContentType.JSON).body("{\"messages\":[{\"role\":\"user\",\"content\":\"" + words + "\"}]}").post(PATH).then();
    }

    @Test
    void operatorsThingsAreOnTheirPortAlone() {
        for (String path : new String[] {"/q/metrics", "/q/metrics/", "/Q/metrics", "/q//metrics", "/q/./metrics", "/q/%6detrics", "/admin/callers", "/admin/caches"}) {
            given().urlEncodingEnabled(false).get(path).then().statusCode(404);
        }
        given().get("/q/health/ready").then().statusCode(200);
        ask("hi").statusCode(200);
        String there = "http://127.0.0.1:" + management.port();
        given().get(there + "/q/metrics").then().statusCode(200).body(containsString("tesserae_request_duration_seconds"))
                .body(containsString("tesserae_queue_length{stage=\"admit\"")).body(containsString("tesserae_queue_limit{stage=\"worker\""))
                .body(containsString("tesserae_held_bytes"));
        given().get(there + "/admin/callers").then().statusCode(200).body("callers[0].name", equalTo("anonymous")).body("callers[0].requests", greaterThan(0));
        given().get(there + "/admin/caches").then().statusCode(200).body("remote_image_bytes", equalTo(0));
        given().delete(there + "/admin/caches").then().statusCode(200);
        given().get(there + PATH).then().statusCode(404);
    }

    @Test
    void aConversationIsJudgedBeforeItIsAnswered() {
        ask("something forbidden").statusCode(400).body("error.code", equalTo("content_policy_violation")).body("error.param", equalTo("messages"));
        ask("forbidden because").statusCode(400).body("error.message", equalTo("because of a word"));
        assertEquals(0, stages.behaviour.generatesBegun.get());
        assertEquals(0, stages.behaviour.encodesBegun.get());
        ask("harmless").statusCode(200);
    }

    @Test
    void theServiceSeesWordsAndPictures() {
        byte[] picture = Pictures.png(40, 30, 9);
        given().contentType(ContentType.JSON).header("x-request-id", "seen-1")
                .body("{\"messages\":[{\"role\":\"system\",\"content\":\"be brief\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"what?\"},"
                        + ChatCompletionsIT.image(picture, "low") + "," + ChatCompletionsIT.image(picture, "low") + "]}]}").post(PATH).then().statusCode(200);
        assertEquals("seen-1", safety.last.getRequestId());
        assertEquals("anonymous", safety.last.getCaller());
        assertEquals("be brief", safety.last.getTurns(0).getText(0));
        assertEquals("user", safety.last.getTurns(1).getRole());
        assertEquals(1, safety.last.getImagesCount());
        assertEquals(picture.length, safety.last.getImages(0).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"broken", "silent", "undecided"})
    void whatCannotBeJudgedIsNotAnswered(String words) {
        ask(words).statusCode(503).body("error.code", equalTo("stage_unavailable"));
        assertEquals(0, stages.behaviour.generatesBegun.get());
    }

    @Test
    void promptsAreLoggedWhereSomebodySaidSo() throws Exception {
        try (AuditLines log = new AuditLines()) {
            ask("a word for the log").statusCode(200);
            Waiting.until("it is there", () -> log.lines().stream().anyMatch(line -> line.startsWith("tesserae.prompts") && line.contains("user: a word for the log")));
        }
    }

    @Test
    void whoWritesTooSlowlyIsCutOff() throws Exception {
        try (Socket socket = new Socket("localhost", server.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(("POST " + PATH + " HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{")
                    .getBytes(StandardCharsets.US_ASCII));
            String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(said.startsWith("HTTP/1.1 408 "), said);
            assertTrue(said.contains("\"code\":\"body_too_slow\""), said);
        }
        try (Socket socket = new Socket("localhost", server.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(("POST /v1/files HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 100\r\n\r\n--x")
                    .getBytes(StandardCharsets.US_ASCII));
            assertTrue(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).startsWith("HTTP/1.1 408 "));
        }
    }
}
