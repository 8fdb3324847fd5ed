package io.tesserae.gateway.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.tesserae.gateway.doubles.Pictures;
import io.tesserae.gateway.doubles.StageDoubles;
import io.tesserae.gateway.doubles.Waiting;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway with very little room and very little time. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
@TestProfile(OverloadIT.LittleRoom.class)
class OverloadIT {

    /** One answer at once, one that waits, three seconds for each. */
    public static final class LittleRoom implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "tesserae.gateway.requests.running", "1",
                    "tesserae.gateway.requests.waiting", "1",
                    "tesserae.gateway.tiles-in-flight", "2",
                    "tesserae.gateway.open-pictures", "1",
                    "tesserae.gateway.deadline", "4s");
        }
    }

    private static final String PATH = "/v1/chat/completions";
    private static final String SLOW = "{\"messages\":[{\"role\":\"user\",\"content\":\"#count 100000 #pace 20\"}]}";

    StageDoubles stages;

    @TestHTTPResource
    URL server;

    @BeforeEach
    void reset() {
        stages.behaviour.reset();
    }

    private static int ask(String body) {
        return given().contentType(ContentType.JSON).body(body).post(PATH).statusCode();
    }

    @Test
    void keepsTheDeadlineInEveryStage() throws Exception {
        given().contentType(ContentType.JSON).body(SLOW).post(PATH).then()
                .statusCode(504)
                .body("error.code", equalTo("deadline_exceeded"))
                .body("error.type", equalTo("timeout_error"));
        Waiting.until("the brain was told", () -> stages.behaviour.generatesCancelled.get() == 1);
    }

    @Test
    void tellsAStreamThatItsTimeIsOver() throws Exception {
        try (RawCall call = new RawCall(server.getPort(), PATH, SLOW.replaceFirst("\\{", "{\"stream\":true,"))) {
            String rest = call.rest();
            assertTrue(rest.contains("t1 "), rest);
            assertTrue(rest.contains("\"type\":\"timeout_error\""), rest);
        }
    }

    @Test
    void refusesWhatFindsNoRoomAndAnswersTheRest() throws Exception {
        try (RawCall running = new RawCall(server.getPort(), PATH, SLOW);
                RawCall waiting = startedBehind(SLOW)) {
            given().contentType(ContentType.JSON).body(SLOW).post(PATH).then()
                    .statusCode(429)
                    .header("retry-after", matchesPattern("[1-9][0-9]*"))
                    .body("error.type", equalTo("rate_limit_error"))
                    .body("error.message", containsString("waiting"));
            assertTrue(running.rest().startsWith("HTTP/1.1 504"));
            assertTrue(waiting.rest().startsWith("HTTP/1.1 504"), "its time went by while it waited");
        }
        Waiting.until("no stage is left at work",
                () -> stages.behaviour.generatesCancelled.get() == stages.behaviour.generatesBegun.get());
        assertEquals(200, ask("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"));
    }

    private RawCall startedBehind(String body) throws Exception {
        Waiting.until("the first is being answered", () -> stages.behaviour.generatesBegun.get() == 1);
        RawCall call = new RawCall(server.getPort(), PATH, body);
        Waiting.until("the second waits", () -> given().get("/q/metrics").asString().contains("tesserae_gateway_requests_waiting 1.0"));
        return call;
    }

    @Test
    void oneWhoLeavesTheQueueFreesItsPlace() throws Exception {
        try (RawCall running = new RawCall(server.getPort(), PATH, SLOW)) {
            startedBehind(SLOW).close();
            Waiting.until("nobody waits", () -> given().get("/q/metrics").asString().contains("tesserae_gateway_requests_waiting 0.0"));
        }
        Waiting.until("the brain was told", () -> stages.behaviour.generatesCancelled.get() == 1);
    }

    @Test
    void answersEveryRequestOfABurstOneWayOrAnother() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(32);
        try {
            List<CompletableFuture<Integer>> statuses = new ArrayList<>();
            String picture = "{\"messages\":[{\"role\":\"user\",\"content\":["
                    + ChatCompletionsIT.image(Pictures.png(1200, 700, 3), "high") + "]}]}";
            for (int i = 0; i < 64; i++) {
                statuses.add(CompletableFuture.supplyAsync(() -> ask(picture), callers));
            }
            List<Integer> all = statuses.stream().map(CompletableFuture::join).toList();
            assertTrue(all.stream().allMatch(status -> status == 200 || status == 429 || status == 504), all.toString());
            assertTrue(all.contains(200), all.toString());
            assertTrue(all.contains(429), all.toString());
        } finally {
            callers.shutdown();
        }
        assertTrue(stages.behaviour.mostEncodesAtOnce.get() <= 2, "tiles in flight are bounded");
    }

    @Test
    void severalPicturesShareOnePlace() {
        String pictures = String.join(",",
                ChatCompletionsIT.image(Pictures.png(1200, 700, 3), "high"),
                ChatCompletionsIT.image(Pictures.png(1300, 700, 4), "high"),
                ChatCompletionsIT.image(Pictures.png(700, 1300, 5), "high"));
        given().contentType(ContentType.JSON).body("{\"messages\":[{\"role\":\"user\",\"content\":[" + pictures + "]}]}").post(PATH).then()
                .statusCode(200)
                .body("choices[0].message.content", equalTo("user:<[3][3][3]><[4][4][4]><[5][5][5]>|"));
    }
}
