package io.tesserae.gateway.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.tesserae.gateway.caller.AuditLines;
import io.tesserae.gateway.caller.Guarded;
import io.tesserae.gateway.doubles.StageDoubles;
import io.tesserae.gateway.doubles.Waiting;
import java.net.URL;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask, and how much. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
@TestProfile(Guarded.class)
class CallersIT {

    private static final String PATH = "/v1/chat/completions";
    private static final String HI = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    StageDoubles stages;

    @TestHTTPResource
    URL server;

    @BeforeEach
    void reset() {
        stages.behaviour.reset();
    }

    private static ValidatableResponse ask(String name, String body) {
        return given().contentType(ContentType.JSON).header("authorization", Guarded.bearer(name)).body(body).post(PATH).then();
    }

    @Test
    void nobodyIsAnsweredWithoutAKey() {
        given().contentType(ContentType.JSON).body(HI).post(PATH).then().statusCode(401)
                .header("www-authenticate", equalTo("Bearer"))
                .header("x-request-id", matchesPattern("req-.*"))
                .body("error.code", equalTo("invalid_api_key"))
                .body("error.type", equalTo("authentication_error"));
        assertEquals(0, stages.behaviour.generatesBegun.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer sk-test-mallory", "Bearer ", "Bearer", "Basic c2stdGVzdC1hbGljZTo=", "sk-test-alice", "Bearer sk-test-alice ,x", "Bearer a.b.c",
        "bearer SK-TEST-ALICE", "Bearer sk-test-alic", "Bearer sk-test-alicee"})
    void nobodyIsAnsweredWithAWrongKey(String header) {
        given().contentType(ContentType.JSON).header("authorization", header).body(HI).post(PATH).then().statusCode(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/v1/models/double", "/v1/files", "/v1/anything", "/v1//models", "/v1/%2e%2e/v1/models", "/x/../v1/models"})
    void nothingOfTheApiIsOpen(String path) {
        given().urlEncodingEnabled(false).get(path).then().statusCode(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/q/health/ready", "/page.css"})
    void thePageAndHealthAre(String path) {
        given().get(path).then().statusCode(200);
    }

    @Test
    void aKeyOpensInEitherHeader() {
        ask("alice", HI).statusCode(200).header("x-ratelimit-limit-requests", equalTo("10000"))
                .header("x-ratelimit-remaining-requests", matchesPattern("[0-9]+"))
                .header("x-ratelimit-reset-requests", matchesPattern("([0-9]+ms|[0-9.]+s|[0-9]+m[0-9]+s)"))
                .header("x-ratelimit-limit-tokens", nullValue());
        given().header("x-api-key", "sk-test-bob").get("/v1/models").then().statusCode(200);
        given().header("api-key", "sk-test-bob").get("/v1/models").then().statusCode(200);
    }

    @Test
    void aKeyThatHasEndedDoesNot() {
        ask("gone", HI).statusCode(401).body("error.message", containsString("expired"));
    }

    @Test
    void requestsAreCountedByTheMinute() {
        ask("few", HI).statusCode(200).header("x-ratelimit-remaining-requests", equalTo("1"));
        ask("few", HI).statusCode(200).header("x-ratelimit-remaining-requests", equalTo("0"));
        ask("few", HI).statusCode(429)
                .header("retry-after", matchesPattern("[1-9][0-9]*"))
                .header("x-ratelimit-remaining-requests", equalTo("0"))
                .body("error.code", equalTo("rate_limit_exceeded"))
                .body("error.type", equalTo("rate_limit_error"));
        given().header("authorization", Guarded.bearer("few")).get("/v1/models").then().statusCode(200);
        ask("bob", HI).statusCode(200);
    }

    @Test
    void tokensAreCountedByTheDay() {
        ask("frugal", "{\"messages\":[{\"role\":\"user\",\"content\":\"#count 20 #pace 0\"}]}").statusCode(200).header("x-ratelimit-limit-tokens", equalTo("5"));
        ask("frugal", HI).statusCode(429).body("error.code", equalTo("insufficient_quota")).body("error.type", equalTo("insufficient_quota"));
    }

    @Test
    void aStreamThatIsCutOffIsPaidFor() throws Exception {
        try (AuditLines log = new AuditLines()) {
            try (RawCall call = call("bob", "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"#count 100000 #pace 1\"}]}")) {
                call.until("t5 ");
            }
            Waiting.until("the audit has it", () -> log.lines().stream()
                    .anyMatch(line -> line.matches("tesserae.audit .*\"caller\":\"bob\".*\"status\":\"gone\".*\"completion_tokens\":[1-9].*")));
        }
    }

    private RawCall call(String name, String body) throws Exception {
        return new RawCall(server.getPort(), PATH, body, "authorization: " + Guarded.bearer(name) + "\r\n");
    }

    @Test
    void oneAtOnceMeansOne() throws Exception {
        try (RawCall running = call("single", "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"#count 100000 #pace 20\"}]}")) {
            running.until("t1 ");
            ask("single", HI).statusCode(429).header("retry-after", equalTo("1")).body("error.code", equalTo("rate_limit_exceeded"));
        }
        Waiting.until("the place is free", () -> ask("single", HI).extract().statusCode() == 200);
    }

    @Test
    void everyRequestLeavesOneLineAndNoSecret() throws Exception {
        try (AuditLines log = new AuditLines()) {
            given().contentType(ContentType.JSON).header("authorization", Guarded.bearer("alice")).header("x-request-id", "mine-1")
                    .body("{\"messages\":[{\"role\":\"user\",\"content\":\"a word that nobody logs\"}]}").post(PATH).then().statusCode(200);
            given().contentType(ContentType.JSON).header("x-request-id", "mine-2").header("authorization", "Bearer sk-secret-mistyped").body(HI).post(PATH);
            given().contentType(ContentType.JSON).header("authorization", Guarded.bearer("alice")).header("x-request-id", "mine-3")
                    .body("{\"messages\":[{\"role\":\"user\",\"content\":\"a word that nobody logs\"}],\"n\":0}").post(PATH).then().statusCode(400);
            Waiting.until("three lines are there", () -> lines(log, "mine-").size() == 3);
            String whole = String.join("\n", log.lines());
            assertTrue(lines(log, "mine-1").get(0).contains("\"caller\":\"alice\",\"from\":\"127.0.0.1\",\"call\":\"POST /v1/chat/completions\",\"status\":\"200\","
                    + "\"model\":\"double\",\"images\":0,\"prompt_tokens\":"), whole);
            assertTrue(lines(log, "mine-2").get(0).contains("\"caller\":\"anonymous\""), whole);
            assertTrue(lines(log, "mine-2").get(0).contains("\"status\":\"401\",\"reason\":\"UNAUTHENTICATED\""), whole);
            assertTrue(lines(log, "mine-3").get(0).contains("\"status\":\"400\",\"reason\":\"INVALID_FIELD\""), whole);
            for (String secret : List.of("sk-test-alice", "sk-secret-mistyped", "a word that nobody logs")) {
                assertTrue(!whole.contains(secret), secret);
                assertTrue(!given().get("/q/metrics").asString().contains(secret), secret);
            }
        }
    }

    private static List<String> lines(AuditLines log, String mark) {
        return log.lines().stream().filter(line -> line.startsWith("tesserae.audit") && line.contains(mark)).toList();
    }

    @Test
    void aBrowsersPageMayAskFromWhereItIsAllowed() {
        given().header("origin", "https://page.example.org").header("access-control-request-method", "POST")
                .header("access-control-request-headers", "authorization,content-type").options(PATH).then()
                .statusCode(200).header("access-control-allow-origin", equalTo("https://page.example.org"));
        given().header("origin", "https://elsewhere.example.org").header("access-control-request-method", "POST").options(PATH).then()
                .header("access-control-allow-origin", nullValue());
        given().contentType(ContentType.JSON).header("origin", "https://page.example.org").body(HI).post(PATH).then()
                .statusCode(401).header("access-control-allow-origin", equalTo("https://page.example.org"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "soon", "1.5ms", "", "1e3", "99999999", "30 s"})
    void aTimeoutThatCannotBeReadIsRefused(String said) {
        given().contentType(ContentType.JSON).header("authorization", Guarded.bearer("bob")).header("x-request-timeout", said).body(HI).post(PATH).then()
                .statusCode(400).body("error.param", equalTo("x-request-timeout"));
    }

    @Test
    void aRequestEndsWhenItsCallerWouldNoLongerWait() throws Exception {
        given().contentType(ContentType.JSON).header("authorization", Guarded.bearer("bob")).header("x-request-timeout", "300ms")
                .body("{\"messages\":[{\"role\":\"user\",\"content\":\"#count 100000 #pace 20\"}]}").post(PATH).then()
                .statusCode(504).body("error.code", equalTo("deadline_exceeded"));
        Waiting.until("the brain was told", () -> stages.behaviour.generatesCancelled.get() == 1);
    }

    @Test
    void theKeysPriorityReachesTheBrain() {
        ask("urgent", HI).statusCode(200);
        assertEquals(-1, stages.behaviour.lastStart.getPriority());
        ask("bob", HI).statusCode(200);
        assertEquals(0, stages.behaviour.lastStart.getPriority());
    }
}
