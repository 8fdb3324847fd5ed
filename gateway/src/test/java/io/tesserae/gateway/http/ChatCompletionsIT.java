package io.tesserae.gateway.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.tesserae.gateway.doubles.Pictures;
import io.tesserae.gateway.doubles.StageDoubles;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.ImageSlot;
import io.tesserae.llm.v1.PromptPart;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole answers over HTTP. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
class ChatCompletionsIT {

    StageDoubles stages;

    @BeforeEach
    void reset() {
        stages.behaviour.reset();
    }

    private static ValidatableResponse ask(String body) {
        return given().contentType(ContentType.JSON).body(body).post("/v1/chat/completions").then();
    }

    static String image(byte[] png, String detail) {
        return "{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + Pictures.url(png) + "\"" + (detail == null ? "" : ",\"detail\":\"" + detail + "\"") + "}}";
    }

    static String user(String... parts) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":[" + String.join(",", parts) + "]}]}";
    }

    static final String WORDS = "{\"type\":\"text\",\"text\":\"what?\"}";

    @Test
    void answersInOpenAisShape() {
        ask("{\"model\":\"double\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
                .statusCode(200)
                .contentType("application/json")
                .header("x-request-id", matchesPattern("req-.+"))
                .body("id", matchesPattern("chatcmpl-[0-9a-f]{32}"))
                .body("object", equalTo("chat.completion"))
                .body("created", greaterThan(1_700_000_000))
                .body("model", equalTo("double"))
                .body("system_fingerprint", equalTo("fp_aaaaaaaaaaaa"))
                .body("choices", hasSize(1))
                .body("choices[0].index", equalTo(0))
                .body("choices[0].message.role", equalTo("assistant"))
                .body("choices[0].message.content", equalTo("user:hi|"))
                .body("choices[0].logprobs", nullValue())
                .body("choices[0].finish_reason", equalTo("stop"))
                .body("usage.prompt_tokens", equalTo(8))
                .body("usage.completion_tokens", equalTo(9))
                .body("usage.total_tokens", equalTo(17))
                .body("usage.prompt_tokens_details.cached_tokens", equalTo(1))
                .body("usage.prompt_tokens_details.image_tokens", equalTo(0))
                .body("timings.tiles", equalTo(0))
                .body("timings.total_ms", greaterThan(0f));
    }

    @Test
    void placesPicturesWhereTheyStandInEveryTurn() {
        String first = image(Pictures.png(8, 8, 11), null);
        String second = image(Pictures.png(8, 8, 22), null);
        ask("""
                {"messages":[
                  {"role":"developer","content":"be brief"},
                  {"role":"user","content":[%s,{"type":"text","text":"A"},%s]},
                  {"role":"assistant","content":[{"type":"text","text":"B"}]},
                  {"role":"user","content":[{"type":"text","text":"C"},%s]}]}""".formatted(second, first, second))
                .statusCode(200)
                .body("choices[0].message.content", equalTo("system:be brief|user:<[22]>A<[11]>|assistant:B|user:C<[22]>|"))
                .body("usage.prompt_tokens_details.image_tokens", equalTo(6))
                .body("timings.tiles", equalTo(2));
        assertEquals(2, stages.behaviour.encodesBegun.get(), "the picture that stands there twice is encoded once");
        List<ImageSlot> slots = stages.behaviour.lastStart.getPromptList().stream().filter(PromptPart::hasImage).map(PromptPart::getImage).toList();
        assertEquals(slots.get(0).getContentHash(), slots.get(2).getContentHash());
        assertEquals(32, slots.get(1).getContentHash().size());
        assertNotEquals(slots.get(0).getContentHash(), slots.get(1).getContentHash());
    }

    @ParameterizedTest
    @CsvSource({
        "low, 1, user:<[50]>what?|",
        "high, 7, user:<[50][10][20][30][40][50][60]>what?|",
        "auto, 7, user:<[50][10][20][30][40][50][60]>what?|",
        ", 7, user:<[50][10][20][30][40][50][60]>what?|"})
    void honoursDetail(String detail, int tiles, String answer) {
        // The middle of the picture, (1500, 1000), lies in the fifth square.
        ask(user(image(Pictures.squares(3000, 2000), detail), WORDS))
                .statusCode(200)
                .body("choices[0].message.content", equalTo(answer))
                .body("timings.tiles", equalTo(tiles))
                .body("usage.prompt_tokens_details.image_tokens", equalTo(2 * tiles));
    }

    @Test
    void projectsWhereTheEyeCannot() {
        stages.behaviour.eyeProjects = false;
        stages.behaviour.revision = "b".repeat(64);
        ask(user(image(Pictures.squares(3000, 2000), "high"), WORDS))
                .statusCode(200)
                .body("choices[0].message.content", equalTo("user:<[50][10][20][30][40][50][60]>what?|"));
        assertEquals(7, stages.behaviour.projects.get());
    }

    @Test
    void passesEverySettingOn() {
        ask("""
                {"messages":[{"role":"user","content":"hi","name":"ann"}],"temperature":0.5,"top_p":0.75,"top_k":-1,"min_p":0.25,
                 "repetition_penalty":1.5,"frequency_penalty":-1,"presence_penalty":2,"seed":-7,"logit_bias":{"5":-100,"6":2.5},
                 "max_completion_tokens":3,"stop":["x","y"],"ignore_eos":true,"logprobs":true,"top_logprobs":2,"return_token_ids":true,
                 "n":1,"tools":[],"tool_choice":"none","response_format":{"type":"text"},"store":false,"user":"u","metadata":{"k":"v"},
                 "service_tier":"auto","parallel_tool_calls":true,"modalities":["text"],"stream":false,"stream_options":null}""")
                .statusCode(200)
                .body("choices[0].finish_reason", equalTo("length"))
                .body("choices[0].token_ids", contains(100, 101, 102))
                .body("choices[0].logprobs.content", hasSize(3))
                .body("choices[0].logprobs.content[0].token", equalTo("u"))
                .body("choices[0].logprobs.content[0].bytes", contains(117))
                .body("choices[0].logprobs.content[0].top_logprobs", hasSize(2))
                .body("choices[0].logprobs.content[0].top_logprobs[1].logprob", equalTo(-9999f));
        GenerateStart start = stages.behaviour.lastStart;
        assertEquals(0.5f, start.getSampling().getTemperature());
        assertEquals(0.75f, start.getSampling().getTopP());
        assertEquals(0, start.getSampling().getTopK());
        assertEquals(0.25f, start.getSampling().getMinP());
        assertEquals(1.5f, start.getSampling().getRepetitionPenalty());
        assertEquals(-1f, start.getSampling().getFrequencyPenalty());
        assertEquals(2f, start.getSampling().getPresencePenalty());
        assertEquals(-7, start.getSampling().getSeed());
        assertEquals(Map.of(5L, -100f, 6L, 2.5f), start.getSampling().getLogitBiasMap());
        assertEquals(3, start.getStopping().getMaxTokens());
        assertEquals(List.of("x", "y"), start.getStopping().getStopList());
        assertEquals(true, start.getStopping().getIgnoreEos());
        assertEquals(2, start.getTopLogprobs());
    }

    @Test
    void leavesUnsetWhatWasNotAsked() {
        ask("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}").statusCode(200);
        assertTrue(stages.behaviour.lastStart.getSampling().hasSeed(), "or the answer could not go on elsewhere");
        assertArrayEquals(new byte[0], stages.behaviour.lastStart.getSampling().toBuilder().clearSeed().build().toByteArray());
        assertEquals(false, stages.behaviour.lastStart.hasTopLogprobs());
    }

    @Test
    void givesSeveralChoices() {
        ask("{\"messages\":[{\"role\":\"user\",\"content\":[" + image(Pictures.png(4, 4, 9), null) + "]}],\"n\":3,\"seed\":4}")
                .statusCode(200)
                .body("choices.index", contains(0, 1, 2))
                .body("choices.message.content", contains("user:<[9]>|", "user:<[9]>|", "user:<[9]>|"))
                .body("usage.completion_tokens", equalTo(36));
        assertEquals(3, stages.behaviour.generatesBegun.get());
        assertEquals(1, stages.behaviour.encodesBegun.get());
    }

    @Test
    void keepsAGoodRequestIdAndReplacesABadOne() {
        given().header("x-request-id", "abc-1").get("/v1/models").then().header("x-request-id", "abc-1");
        given().header("x-request-id", "a b<").get("/v1/models").then().header("x-request-id", matchesPattern("req-.+"));
    }

    @Test
    void blamesMessagesForWhatTheTemplateRefuses() {
        ask("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"system\",\"content\":\"late\"}]}")
                .statusCode(400)
                .body("error.param", equalTo("messages"))
                .body("error.code", equalTo("template_refused"))
                .body("error.message", containsString("must come first"));
    }
}
