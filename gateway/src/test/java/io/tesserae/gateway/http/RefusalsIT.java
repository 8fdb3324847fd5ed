package io.tesserae.gateway.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.tesserae.gateway.doubles.Pictures;
import io.tesserae.gateway.doubles.StageDoubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is not answered, and how that is said. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
class RefusalsIT {

    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    StageDoubles stages;

    @BeforeEach
    void reset() {
        stages.behaviour.reset();
    }

    private static String with(String field) {
        return "{" + HI + "," + field + "}";
    }

    private static String message(String message) {
        return "{\"messages\":[" + message + "]}";
    }

    private static String part(String part) {
        return message("{\"role\":\"user\",\"content\":[" + part + "]}");
    }

    private static String url(String url) {
        return part("{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + url + "\"}}");
    }

    private static String bytes(byte[] bytes) {
        return url("data:image/png;base64," + Base64.getEncoder().encodeToString(bytes));
    }

    private static Arguments bad(String body, int status, String param) {
        return Arguments.of(body, status, param);
    }

    static Stream<Arguments> badRequests() {
        String image = "messages[0].content[0].image_url.url";
        byte[] png = Pictures.png(20, 20, 5);
        List<Arguments> all = new ArrayList<>(List.of(
                bad("", 400, null),
                bad("{", 400, null),
                bad("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tesserae\":\"linear\"}", 400, "tesserae"),
                bad("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tesserae\":{\"nerve\":1}}", 400, "tesserae.nerve"),
                bad("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tesserae\":{\"tooth\":1}}", 400, "tesserae.tooth"),
                bad("[]", 400, null),
                bad("\"hi\"", 400, null),
                bad("null", 400, null),
                bad("{} {}", 400, null),
                bad("{" + HI + "," + HI + "}", 400, null),
                bad("[".repeat(5000), 400, null),
                bad("{\"a\":".repeat(100) + "1" + "}".repeat(100), 400, null),
                bad("{}", 400, "messages"),
                bad("{\"messages\":null}", 400, "messages"),
                bad("{\"messages\":\"hi\"}", 400, "messages"),
                bad("{\"messages\":[]}", 400, "messages"),
                bad(message("\"hi\""), 400, "messages[0]"),
                bad(message("{\"content\":\"hi\"}"), 400, "messages[0].role"),
                bad(message("{\"role\":7,\"content\":\"hi\"}"), 400, "messages[0].role"),
                bad(message("{\"role\":\"wizard\",\"content\":\"hi\"}"), 400, "messages[0].role"),
                bad(message("{\"role\":\"tool\",\"content\":\"hi\"}"), 400, "messages[0].tool_call_id"),
                bad(message("{\"role\":\"function\",\"content\":\"hi\"}"), 400, "messages[0].role"),
                bad(message("{\"role\":\"user\",\"content\":\"hi\",\"tool_call_id\":\"c\"}"), 400, "messages[0].tool_call_id"),
                bad(message("{\"role\":\"user\",\"content\":\"hi\",\"tool_calls\":[{}]}"), 400, "messages[0].tool_calls"),
                bad(message("{\"role\":\"user\"}"), 400, "messages[0].content"),
                bad(message("{\"role\":\"user\",\"content\":null}"), 400, "messages[0].content"),
                bad(message("{\"role\":\"user\",\"content\":7}"), 400, "messages[0].content"),
                bad(message("{\"role\":\"user\",\"content\":[]}"), 400, "messages[0].content"),
                bad(message("{\"role\":\"user\",\"content\":\"hi\",\"mood\":\"good\"}"), 400, "messages[0].mood"),
                bad(message("{\"role\":\"user\",\"content\":\"hi\",\"name\":7}"), 400, "messages[0].name"),
                bad(message("{\"role\":\"assistant\",\"content\":\"hi\",\"tool_calls\":[{}]}"), 400, "messages[0].tool_calls[0].id"),
                bad(part("\"hi\""), 400, "messages[0].content[0]"),
                bad(part("{\"text\":\"hi\"}"), 400, "messages[0].content[0].type"),
                bad(part("{\"type\":\"video_url\"}"), 400, "messages[0].content[0].type"),
                bad(part("{\"type\":\"input_audio\",\"input_audio\":{}}"), 400, "messages[0].content[0].type"),
                bad(part("{\"type\":\"text\"}"), 400, "messages[0].content[0].text"),
                bad(part("{\"type\":\"text\",\"text\":1}"), 400, "messages[0].content[0].text"),
                bad(part("{\"type\":\"text\",\"text\":\"a\",\"extra\":1}"), 400, "messages[0].content[0].extra"),
                bad(part("{\"type\":\"image_url\"}"), 400, "messages[0].content[0].image_url"),
                bad(part("{\"type\":\"image_url\",\"image_url\":\"data:,\"}"), 400, "messages[0].content[0].image_url"),
                bad(part("{\"type\":\"image_url\",\"image_url\":{}}"), 400, image),
                bad(part("{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:,\",\"detail\":\"max\"}}"), 400, "messages[0].content[0].image_url.detail"),
                bad(message("{\"role\":\"system\",\"content\":[" + ChatCompletionsIT.image(png, null) + "]}"), 400, "messages[0].content[0].type"),
                bad(url("https://example.com/cat.jpg"), 400, image),
                bad(url("HTTP://example.com/cat.jpg"), 400, image),
                bad(url("file:///etc/passwd"), 400, image),
                bad(url(""), 400, image),
                bad(url("data:image/png;base64"), 400, image),
                bad(url("data:image/png,abc"), 400, image),
                bad(url("data:image/png;base64,§§§"), 400, image),
                bad(url("data:text/plain;base64,aGVsbG8="), 415, image),
                bad(url("data:image/png;base64,"), 400, image),
                bad(bytes("not a picture at all".getBytes()), 415, image),
                bad(bytes(Arrays.copyOf(png, png.length / 2)), 400, image),
                bad(bytes(Arrays.copyOf(png, 20)), 400, image),
                bad(bytes(hugeHeader()), 413, image)));
        all.addAll(List.of(
                bad(with("\"model\":\"other\""), 404, "model"),
                bad(with("\"model\":7"), 400, "model"),
                bad(with("\"stream\":\"yes\""), 400, "stream"),
                bad(with("\"stream_options\":{\"include_usage\":true}"), 400, "stream_options"),
                bad(with("\"stream\":true,\"stream_options\":{\"includeUsage\":true}"), 400, "stream_options.includeUsage"),
                bad(with("\"stream\":true,\"stream_options\":{\"include_obfuscation\":true}"), 400, "stream_options.include_obfuscation"),
                bad(with("\"temperature\":-0.1"), 400, "temperature"),
                bad(with("\"temperature\":2.1"), 400, "temperature"),
                bad(with("\"temperature\":\"hot\""), 400, "temperature"),
                bad(with("\"temperature\":1e999"), 400, "temperature"),
                bad(with("\"top_p\":0"), 400, "top_p"),
                bad(with("\"top_p\":1.5"), 400, "top_p"),
                bad(with("\"top_k\":-2"), 400, "top_k"),
                bad(with("\"top_k\":1.5"), 400, "top_k"),
                bad(with("\"min_p\":2"), 400, "min_p"),
                bad(with("\"repetition_penalty\":0"), 400, "repetition_penalty"),
                bad(with("\"frequency_penalty\":-3"), 400, "frequency_penalty"),
                bad(with("\"presence_penalty\":3"), 400, "presence_penalty"),
                bad(with("\"seed\":1.5"), 400, "seed"),
                bad(with("\"seed\":99999999999999999999"), 400, "seed"),
                bad(with("\"n\":0"), 400, "n"),
                bad(with("\"n\":1000"), 400, "n"),
                bad(with("\"max_tokens\":0"), 400, "max_tokens"),
                bad(with("\"max_tokens\":-5"), 400, "max_tokens"),
                bad(with("\"max_tokens\":5,\"max_completion_tokens\":6"), 400, "max_tokens"),
                bad(with("\"max_completion_tokens\":\"5\""), 400, "max_completion_tokens"),
                bad(with("\"stop\":7"), 400, "stop"),
                bad(with("\"stop\":[\"a\",7]"), 400, "stop"),
                bad(with("\"stop\":[\"\"]"), 400, "stop"),
                bad(with("\"stop\":" + IntStream.range(0, 17).mapToObj(i -> "\"" + i + "\"").collect(Collectors.joining(",", "[", "]"))), 400, "stop"),
                bad(with("\"logprobs\":1"), 400, "logprobs"),
                bad(with("\"top_logprobs\":2"), 400, "top_logprobs"),
                bad(with("\"logprobs\":true,\"top_logprobs\":21"), 400, "top_logprobs"),
                bad(with("\"logit_bias\":[1]"), 400, "logit_bias"),
                bad(with("\"logit_bias\":{\"cat\":1}"), 400, "logit_bias"),
                bad(with("\"logit_bias\":{\"1\":101}"), 400, "logit_bias.1"),
                bad(with("\"logit_bias\":{\"1\":null}"), 400, "logit_bias"),
                bad(with("\"ignore_eos\":\"no\""), 400, "ignore_eos"),
                bad(with("\"return_token_ids\":1"), 400, "return_token_ids"),
                bad(with("\"tools\":[{\"type\":\"function\"}]"), 400, "tools[0].function"),
                bad(with("\"tools\":[{\"type\":\"web_search\"}]"), 400, "tools[0].type"),
                bad(with("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a b\"}}]"), 400, "tools[0].function.name"),
                bad(with("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":[]}}]"), 400, "tools[0].function.parameters"),
                bad(with("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"any\""), 400, "tool_choice"),
                bad(with("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}"), 400,
                        "tool_choice.function.name"),
                bad(with("\"tool_choice\":\"required\""), 400, "tool_choice"),
                bad(with("\"functions\":[{}]"), 400, "functions"),
                bad(with("\"response_format\":{\"type\":\"xml\"}"), 400, "response_format.type"),
                bad(with("\"response_format\":{\"type\":\"json_schema\"}"), 400, "response_format.json_schema"),
                bad(with("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\"}}"), 400, "response_format.json_schema.schema"),
                bad(with("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":{},\"x\":1}}"), 400, "response_format.json_schema.x"),
                bad(with("\"chat_template_kwargs\":[]"), 400, "chat_template_kwargs"),
                bad(with("\"chat_template_kwargs\":{\"messages\":[]}"), 400, "chat_template_kwargs"),
                bad(with("\"modalities\":[\"audio\"]"), 400, "modalities"),
                bad(with("\"audio\":{}"), 400, "audio"),
                bad(with("\"prediction\":{}"), 400, "prediction"),
                bad(with("\"store\":true"), 400, "store"),
                bad(with("\"service_tier\":\"scale\""), 400, "service_tier"),
                bad(with("\"reasoning_effort\":\"high\""), 400, "reasoning_effort"),
                bad(with("\"web_search_options\":{}"), 400, "web_search_options"),
                bad(with("\"metadata\":{\"a\":1}"), 400, "metadata"),
                bad(with("\"user\":7"), 400, "user"),
                bad(with("\"tempereture\":1"), 400, "tempereture")));
        return all.stream();
    }

    /** A PNG that says it is 100,000 pixels a side. */
    private static byte[] hugeHeader() {
        byte[] png = Pictures.png(20, 20, 5);
        for (int at : new int[] {16, 20}) {
            png[at] = 0;
            png[at + 1] = 1;
            png[at + 2] = (byte) 0x86;
            png[at + 3] = (byte) 0xa0;
        }
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        for (int i = 0; i < 4; i++) {
            png[29 + i] = (byte) (crc.getValue() >> (24 - 8 * i));
        }
        return png;
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void refusesByName(String body, int status, String param) {
        given().contentType(ContentType.JSON).body(body).post("/v1/chat/completions").then()
                .statusCode(status)
                .contentType("application/json")
                .header("x-request-id", notNullValue())
                .body("error.message", not(emptyOrNullString()))
                .body("error.type", equalTo("invalid_request_error"))
                .body("error.param", equalTo(param))
                .body("error", hasKey("code"));
        assertEquals(0, stages.behaviour.tokensSent.get(), "nothing was generated for it");
    }

    @Test
    void refusesAStreamBeforeItBeginsWithAStatusOfItsOwn() {
        given().contentType(ContentType.JSON).body("{\"stream\":true}").post("/v1/chat/completions").then()
                .statusCode(400).contentType("application/json").body("error.param", equalTo("messages"));
    }

    @Test
    void refusesOtherMediaTypes() {
        given().contentType("text/plain").body("{" + HI + "}").post("/v1/chat/completions").then()
                .statusCode(415).body("error.code", equalTo("unsupported_media_type"));
        given().contentType("application/json; charset=utf-16").body("{" + HI + "}").post("/v1/chat/completions").then().statusCode(415);
    }

    @Test
    void refusesOtherMethods() {
        given().get("/v1/chat/completions").then()
                .statusCode(405).header("allow", "POST").body("error.code", equalTo("method_not_allowed"));
        given().delete("/v1/models").then().statusCode(405).header("allow", "GET");
    }

    @Test
    void refusesOtherPaths() {
        for (String path : List.of("/v1/completions", "/v2", "/nothing.html", "/v1/models/other", "/v1/")) {
            given().get(path).then().statusCode(404).contentType("application/json").body("error.message", notNullValue());
        }
    }

    @Test
    void refusesBodiesThatAreTooLongWithoutKeepingThem() {
        String body = with("\"user\":\"" + "x".repeat(3 << 20) + "\"");
        given().contentType(ContentType.JSON).body(body).post("/v1/chat/completions").then()
                .statusCode(413)
                .body("error.code", equalTo("request_too_large"));
    }

    @Test
    void refusesTooManyImages() {
        String image = ChatCompletionsIT.image(Pictures.png(2, 2, 1), null);
        given().contentType(ContentType.JSON).body(part(String.join(",", Collections.nCopies(33, image))))
                .post("/v1/chat/completions").then()
                .statusCode(400)
                .body("error.param", equalTo("messages"));
    }

    @Test
    void refusesImagesThatCannotFitTheContextBeforeCuttingThem() {
        stages.behaviour.context = 12;
        stages.behaviour.revision = "d".repeat(64);
        // The gateway finds the new revision, and with it the smaller context, by being refused once.
        given().contentType(ContentType.JSON).body("{" + HI + "}").post("/v1/chat/completions").then().statusCode(200);
        // 1 + 6 tiles of 2 tokens.
        given().contentType(ContentType.JSON).body(part(ChatCompletionsIT.image(Pictures.png(3_000, 2_000, 1), "high")))
                .post("/v1/chat/completions").then()
                .statusCode(400)
                .body("error.code", equalTo("context_length_exceeded"))
                .body("error.param", equalTo("messages"));
        assertEquals(0, stages.behaviour.encodesBegun.get());
    }

    @Test
    void refusesAHugeHeaderQuicklyAndWithoutItsPixels() {
        long quickest = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            given().contentType(ContentType.JSON).body(bytes(hugeHeader())).post("/v1/chat/completions").then().statusCode(413);
            quickest = Math.min(quickest, System.nanoTime() - start);
        }
        assertTrue(quickest < 1_000_000_000L, quickest + " ns");
    }
}
