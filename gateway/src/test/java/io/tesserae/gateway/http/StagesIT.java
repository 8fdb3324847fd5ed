package io.tesserae.gateway.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import com.google.protobuf.ByteString;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.doubles.Pictures;
import io.tesserae.gateway.doubles.StageDoubles;
import io.tesserae.gateway.doubles.Waiting;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.PromptPart;
import java.net.URL;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stages that are many, slow, changed, failing, dead and back. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
class StagesIT {

    private static final String PATH = "/v1/chat/completions";
    /** What the brain double says it saw of {@link #picture}. */
    static final String SEEN = "user:<[50][10][20][30][40][50][60]>|";

    StageDoubles stages;

    @TestHTTPResource
    URL server;

    @BeforeEach
    void reset() {
        stages.behaviour.reset();
    }

    private static String words(String words) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"" + words + "\"}]}";
    }

    /** A question about seven tiles. */
    static String picture() {
        return "{\"messages\":[{\"role\":\"user\",\"content\":[" + ChatCompletionsIT.image(Pictures.squares(3000, 2000), "high") + "]}]}";
    }

    private static ValidatableResponse ask(String body) {
        return given().contentType(ContentType.JSON).body(body).post(PATH).then();
    }

    @Test
    void spreadsTilesOverReplicasAndPutsThemBackInOrder() {
        stages.behaviour.encodeMillis = 200;
        int first = stages.tilesOf(0);
        int second = stages.tilesOf(1);
        ask(picture()).statusCode(200).body("choices[0].message.content", equalTo(SEEN));
        assertEquals(7, stages.tilesOf(0) + stages.tilesOf(1) - first - second);
        assertTrue(stages.tilesOf(0) > first && stages.tilesOf(1) > second, "both replicas were given tiles");
        assertTrue(stages.behaviour.mostEncodesAtOnce.get() > 1, "tiles are encoded at once");
    }

    @Test
    void startsTheBrainBeforeTheEyeIsDone() throws Exception {
        stages.behaviour.lastStart = null;
        stages.behaviour.encodeMillis = 3_000;
        CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> ask(picture()).statusCode(200));
        Waiting.until("the brain has the layout", () -> stages.behaviour.lastStart != null);
        Waiting.until("the eye is at work", () -> stages.behaviour.encodesAtOnce.get() > 0);
        assertFalse(answer.isDone());
        assertEquals(0, stages.behaviour.tokensSent.get());
        answer.join();
    }

    @Test
    void oneReplicaThatDiesCostsNothing() {
        stages.killEye(0);
        try {
            ask(picture()).statusCode(200).body("choices[0].message.content", equalTo(SEEN));
        } finally {
            stages.startEye(0);
        }
    }

    @Test
    void saysWhichStageIsDownAndWorksAgainOnceItIsBack() {
        stages.killEyes();
        ask(picture()).statusCode(503)
                .body("error.code", equalTo("stage_unavailable"))
                .body("error.type", equalTo("server_error"))
                .body("error.message", containsString("vision"))
                .header("retry-after", notNullValue());
        ask(words("hi")).statusCode(200);
        given().get("/q/health/ready").then().statusCode(503)
                .body("checks.find { it.name == 'stages' }.data.trouble", equalTo("no answer from vision"));
        given().get("/q/health/live").then().statusCode(200);
        given().get("/v1/models").then().statusCode(200).body("data[0].id", equalTo("double")).body("data[0]", not(hasKey("eye")));
        stages.startEye(0);
        stages.startEye(1);
        ask(picture()).statusCode(200).body("choices[0].message.content", equalTo(SEEN));
        given().get("/q/health/ready").then().statusCode(200);
    }

    @Test
    void aBrainThatDiesMidwayIsToldByAnEventAndTheNextAnswerWorks() throws Exception {
        String body = words("#count 100000 #pace 10").replaceFirst("\\{", "{\"stream\":true,");
        try (RawCall call = new RawCall(server.getPort(), PATH, body)) {
            call.until("t3 ");
            stages.killLlm();
            String rest = call.rest();
            assertTrue(rest.contains("data: {\"error\":{\"message\":\"the llm stage cannot be reached"), rest);
            assertFalse(rest.contains("[DONE]"));
        } finally {
            stages.startLlm();
        }
        ask(words("hi")).statusCode(200).body("choices[0].message.content", equalTo("user:hi|"));
    }

    @Test
    void waitsABitForAStageThatIsRestarting() throws Exception {
        stages.killLlm();
        CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> ask(words("hi")).statusCode(200));
        Thread.sleep(500);
        stages.startLlm();
        answer.join();
    }

    @Test
    void plansAnewWhereTheStagesHoldAnotherRevision() {
        ask(picture()).statusCode(200).body("system_fingerprint", equalTo("fp_aaaaaaaaaaaa"));
        stages.behaviour.revision = "c".repeat(64);
        ask(picture()).statusCode(200)
                .body("choices[0].message.content", equalTo(SEEN))
                .body("system_fingerprint", equalTo("fp_cccccccccccc"));
        ask(words("hi")).statusCode(200);
    }

    @Test
    void aTileThatFailsEndsTheWholeAndStopsTheBrain() throws Exception {
        stages.behaviour.encodeFails = Reason.QUEUE_FULL;
        ask(picture()).statusCode(429).body("error.type", equalTo("rate_limit_error"));
        Waiting.until("the brain is not left waiting",
                () -> stages.behaviour.generatesCancelled.get() == stages.behaviour.generatesBegun.get());
    }

    @Test
    void listsWhatIsLoaded() {
        given().get("/v1/models").then().statusCode(200)
                .body("object", equalTo("list"))
                .body("data", hasSize(1))
                .body("data[0].id", equalTo("double"))
                .body("data[0].object", equalTo("model"))
                .body("data[0].owned_by", equalTo("tesserae"))
                .body("data[0].family", equalTo("squares"))
                .body("data[0].context", equalTo(2048))
                .body("data[0].tokens_per_tile", equalTo(2))
                .body("data[0].image_tokens.width", equalTo(List.of(512, 1024, 1920)))
                .body("data[0].image_tokens[0].low", equalTo(2))
                .body("data[0].projector.kind", equalTo("mlp"))
                .body("data[0].projector.nerve", equalTo("mlp"))
                .body("data[0].projector.nerves.name", contains("mlp", "wide"))
                .body("data[0].projector.nerves.kind", contains("mlp", "resampler"))
                .body("data[0].projector.nerves.tokens_per_tile", contains(2, 3))
                .body("data[0].brain.precision", equalTo("fp32"));
        given().get("/v1/models/double").then().statusCode(200).body("revision", notNullValue());
        given().get("/v1/models/other").then().statusCode(404).body("error.code", equalTo("model_not_found"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aQuestionChoosesItsNerve(boolean eyeProjects) {
        stages.behaviour.eyeProjects = eyeProjects;
        // The eye's card says which way features go, and cards are asked for anew with a new revision.
        stages.behaviour.revision = (eyeProjects ? "d" : "e").repeat(64);
        String wide = SEEN.replaceAll("\\[(\\d\\d)]", "[10$1]");
        for (String nerve : List.of("wide", "mlp", "wide")) {
            ask(picture().replaceFirst("\\{", "{\"tesserae\":{\"nerve\":\"" + nerve + "\"},")).statusCode(200)
                    .body("choices[0].message.content", equalTo(nerve.equals("wide") ? wide : SEEN))
                    .body("usage.prompt_tokens_details.image_tokens", equalTo(nerve.equals("wide") ? 21 : 14));
        }
        ask(picture()).statusCode(200).body("choices[0].message.content", equalTo(SEEN));
        assertEquals(eyeProjects, stages.behaviour.projects.get() == 0);
    }

    @Test
    void anotherNerveIsAnotherPictureToTheBrainsCache() {
        ask(picture()).statusCode(200);
        GenerateStart own = stages.behaviour.lastStart;
        ask(picture().replaceFirst("\\{", "{\"tesserae\":{\"nerve\":\"mlp\"},")).statusCode(200);
        assertEquals(own.getPromptList(), stages.behaviour.lastStart.getPromptList(), "the model's own, by name or not");
        ask(picture().replaceFirst("\\{", "{\"tesserae\":{\"nerve\":\"wide\"},")).statusCode(200);
        assertNotEquals(hashes(own), hashes(stages.behaviour.lastStart));
    }

    private static List<ByteString> hashes(GenerateStart start) {
        return start.getPromptList().stream().filter(PromptPart::hasImage).map(part -> part.getImage().getContentHash()).toList();
    }

    @Test
    void aNerveThatTheModelLacksIsNamed() {
        for (String body : List.of(picture(), words("hi"))) {
            ask(body.replaceFirst("\\{", "{\"tesserae\":{\"nerve\":\"linear\"},")).statusCode(400)
                    .body("error.param", equalTo("tesserae.nerve"))
                    .body("error.code", equalTo("invalid_value"))
                    .body("error.message", containsString("[mlp, wide]"));
        }
    }

    @Test
    void measures() {
        ask(picture()).statusCode(200);
        String metrics = given().get("/q/metrics").asString();
        for (String name : new String[] {
            "tesserae_stage_duration_seconds_bucket{model=\"double\",stage=\"decode\"",
            "tesserae_stage_duration_seconds_bucket{model=\"double\",stage=\"tile\"",
            "tesserae_stage_duration_seconds_bucket{model=\"double\",stage=\"transfer\"",
            "tesserae_time_to_first_token_seconds_bucket{model=\"double\"",
            "tesserae_request_duration_seconds_bucket{model=\"double\"",
            "tesserae_queue_wait_seconds_bucket{model=\"double\",stage=\"admit\"",
            "tesserae_tiles_per_request_bucket{model=\"double\"",
            "tesserae_gateway_requests_running"}) {
            assertTrue(metrics.contains(name), name);
        }
    }
}
