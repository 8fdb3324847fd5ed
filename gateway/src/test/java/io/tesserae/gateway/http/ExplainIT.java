package io.tesserae.gateway.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.tesserae.gateway.doubles.Pictures;
import io.tesserae.gateway.doubles.StageDoubles;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the panels are drawn from, over HTTP. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
@TestProfile(ExplainIT.Explaining.class)
class ExplainIT {

    /** Explanations are on, of two requests at most. */
    public static final class Explaining implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("tesserae.gateway.explain.enabled", "true", "tesserae.gateway.explain.traces", "2");
        }
    }

    private static final String LARGE = ChatCompletionsIT.user(
            ChatCompletionsIT.image(Pictures.squares(2000, 1000), "high"), ChatCompletionsIT.WORDS);

    StageDoubles stages;

    @BeforeEach
    void reset() {
        stages.behaviour.reset();
    }

    private static ValidatableResponse explain(String what, String body) {
        return given().contentType(ContentType.JSON).body(body).post("/v1/explain/" + what).then();
    }

    @Test
    void plansEveryDetailAndLaysTheChosenOneOut() {
        explain("plan", LARGE).statusCode(200)
                .body("pictures[0].width", equalTo(2000)).body("pictures[0].format", equalTo("png"))
                .body("pictures[0].detail", equalTo("high")).body("pictures[0].tiles", equalTo(3)).body("pictures[0].image_tokens", equalTo(6))
                .body("pictures[0].at.low.tiles", equalTo(1)).body("pictures[0].at.high.image_tokens", equalTo(6))
                .body("pictures[0].layout.findAll { it.tiles != null }.tiles.flatten()", contains(0, 1, 2));
    }

    @Test
    void showsATileAsTheEyeGetsIt() throws Exception {
        byte[] file = explain("tile?tile=2", LARGE).statusCode(200).contentType("image/png").extract().asByteArray();
        BufferedImage tile = ImageIO.read(new ByteArrayInputStream(file));
        assertEquals(1, tile.getWidth());
        assertEquals(20, tile.getRGB(0, 0) >> 16 & 0xff);
    }

    @Test
    void tellsAnEyeWithoutPatchesFromOneWithThem() {
        explain("patches", LARGE).statusCode(400).body("error.code", equalTo("unsupported_parameter"));
    }

    @Test
    void readsThePromptTokenByToken() {
        explain("prompt", ChatCompletionsIT.user(ChatCompletionsIT.image(Pictures.png(10, 10, 7), null), ChatCompletionsIT.WORDS)).statusCode(200)
                // user:<..>what?| with two image tokens
                .body("prompt_tokens", equalTo(15)).body("image_tokens", equalTo(2))
                .body("tokens.find { it.part == 'image' }.count", equalTo(2))
                .body("tokens.findAll { it.part == 'user' }.text.join('')", equalTo("what?"))
                .body("tokens.findAll { it.part == 'template' }.text.join('')", equalTo("user:<>"))
                .body("tokens.findAll { it.part == 'special' }.text", contains("|"));
    }

    @Test
    void sharesAttentionAmongPictureTextAndAnswer() {
        explain("attention?token_ids=5,6&layers=1", ChatCompletionsIT.user(ChatCompletionsIT.image(Pictures.png(10, 10, 7), null), ChatCompletionsIT.WORDS))
                .statusCode(200)
                .body("averaged", contains(1)).body("layers", equalTo(3)).body("answer", hasSize(2))
                .body("answer[0].text", equalTo("w5")).body("answer[0].weights", hasSize(15))
                .body("answer[0].share.image", equalTo(0.125f)).body("answer[0].share.answer", equalTo(0.0625f));
    }

    @Test
    void keepsTheTimesOfTheLastRequestsStageByStageAndTileByTile() {
        String id = given().contentType(ContentType.JSON).body(LARGE).post("/v1/chat/completions").then().statusCode(200)
                .extract().header("x-request-id");
        given().get("/v1/explain/traces/" + id).then().statusCode(200)
                .body("usage.tiles", equalTo(3)).body("pictures[0].detail", equalTo("high"))
                .body("spans.findAll { it.stage == 'encode' }.tile.sort()", contains(0, 1, 2))
                .body("spans.findAll { it.stage == 'encode' }.replica", hasItem(matchesPattern("localhost:[0-9]+")))
                .body("spans.findAll { it.stage == 'encode' }.picture", not(hasItem(nullValue())))
                .body("total_ms", greaterThan(0f));
        given().get("/v1/explain/stages").then().statusCode(200).body("stages.stage", hasItem("encode")).body("requests", greaterThan(0));
        for (int i = 0; i < 2; i++) {
            given().contentType(ContentType.JSON).body("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}").post("/v1/chat/completions");
        }
        given().get("/v1/explain/traces/" + id).then().statusCode(404);
        given().get("/v1/explain/traces").then().statusCode(200).body("data", hasSize(2));
    }

    @Test
    void keepsARequestThatFailedWithItsReason() {
        String id = given().contentType(ContentType.JSON).body("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"model\":\"another\"}")
                .post("/v1/chat/completions").then().statusCode(404).extract().header("x-request-id");
        given().get("/v1/explain/traces/" + id).then().statusCode(200).body("failure", equalTo("model_not_found")).body("pictures", empty());
    }

    @Test
    void tellsWhatIsKeptOfTheTraining() {
        given().get("/v1/explain/training").then().statusCode(200).body("losses[0].phase", equalTo("stage-2")).body("stages", nullValue());
    }

    @Test
    void refusesByTheNameOfTheParameter() {
        explain("tile?tile=3", LARGE).statusCode(400).body("error.param", equalTo("tile"));
        explain("tile?picture=1", LARGE).statusCode(400).body("error.param", equalTo("picture"));
        explain("tile?tile=x", LARGE).statusCode(400).body("error.param", equalTo("tile"));
        explain("projection?words=21", LARGE).statusCode(400).body("error.param", equalTo("words"));
        explain("tile", "{\"messages\":[{\"role\":\"user\",\"content\":\"no picture\"}]}").statusCode(400).body("error.message", containsString("needs an image"));
        explain("plan", "{\"messages\":[]}").statusCode(400).body("error.param", equalTo("messages"));
        given().get("/v1/explain/plan").then().statusCode(405);
    }
}
