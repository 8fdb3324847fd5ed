package io.tesserae.gateway.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.tesserae.gateway.doubles.Pictures;
import io.tesserae.gateway.doubles.StageDoubles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /v1/responses}, with room for stored ones. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
@TestProfile(ResponsesIT.Storing.class)
class ResponsesIT {

    public static final class Storing implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("tesserae.gateway.responses.store", "1M");
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOOL = "\"tools\":[{\"type\":\"function\",\"name\":\"weather\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}]";

    StageDoubles stages;

    @BeforeEach
    void reset() {
        stages.behaviour.reset();
    }

    private static ValidatableResponse ask(String fields) {
        return given().contentType(ContentType.JSON).body("{" + fields + "}").post("/v1/responses").then();
    }

    @Test
    void answersInOpenAisShape() {
        ask("\"model\":\"double\",\"input\":\"hi\",\"instructions\":\"be brief\",\"metadata\":{\"k\":\"v\"}").statusCode(200)
                .body("id", matchesPattern("resp_[0-9a-f]{32}"))
                .body("object", equalTo("response"))
                .body("status", equalTo("completed"))
                .body("error", nullValue())
                .body("instructions", equalTo("be brief"))
                .body("metadata.k", equalTo("v"))
                .body("output", hasSize(1))
                .body("output[0].type", equalTo("message"))
                .body("output[0].content[0].type", equalTo("output_text"))
                .body("output[0].content[0].text", equalTo("system:be brief|user:hi|"))
                .body("usage.input_tokens", equalTo(24))
                .body("usage.input_tokens_details.cached_tokens", equalTo(1));
    }

    @Test
    void picturesAndTurnsAreItems() {
        ask("\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"" + Pictures.url(Pictures.png(8, 8, 5))
                + "\",\"detail\":\"low\"},{\"type\":\"input_text\",\"text\":\"what?\"}]},"
                + "{\"type\":\"message\",\"role\":\"assistant\",\"id\":\"msg_1\",\"status\":\"completed\",\"content\":[{\"type\":\"output_text\",\"text\":\"a dot\","
                + "\"annotations\":[]}]},{\"role\":\"user\",\"content\":\"sure?\"}]").statusCode(200)
                .body("output[0].content[0].text", containsString("what?|assistant:a dot|user:sure?|"));
    }

    @Test
    void callsAreItems() {
        stages.behaviour.says = "<tool_call>\n{\"name\": \"weather\", \"arguments\": {}}\n</tool_call>";
        ask("\"input\":\"hi\"," + TOOL).statusCode(200)
                .body("output", hasSize(1)).body("output[0].type", equalTo("function_call")).body("output[0].name", equalTo("weather"))
                .body("output[0].arguments", equalTo("{}")).body("output[0].call_id", matchesPattern("call_.+"));
        ask("\"input\":[{\"role\":\"user\",\"content\":\"hi\"},{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"weather\",\"arguments\":\"{}\"},"
                + "{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"rain\"}]").statusCode(200);
        assertEquals("assistant", stages.behaviour.lastRender.getMessages(1).getRole());
        assertTrue(stages.behaviour.lastRender.getMessages(2).getExtra().contains("weather"));
    }

    @Test
    void aStreamIsToldByEvents() throws Exception {
        List<JsonNode> events = events("\"input\":\"hi\",\"stream\":true");
        List<String> types = events.stream().map(event -> event.get("type").asText()).toList();
        assertEquals(List.of("response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta"),
                types.subList(0, 5));
        assertEquals(List.of("response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"),
                types.subList(types.size() - 4, types.size()));
        for (int i = 0; i < events.size(); i++) {
            assertEquals(i, events.get(i).get("sequence_number").asInt());
        }
        assertEquals("user:hi|", events.get(events.size() - 1).at("/response/output/0/content/0/text").asText());
    }

    @Test
    void aStreamedCallIsToldByEvents() throws Exception {
        stages.behaviour.says = "Well.\n<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"a\": 1}}\n</tool_call>";
        List<JsonNode> events = events("\"input\":\"hi\",\"stream\":true," + TOOL);
        JsonNode last = events.get(events.size() - 1);
        assertEquals("message", last.at("/response/output/0/type").asText());
        assertEquals("{\"a\": 1}", last.at("/response/output/1/arguments").asText());
        StringBuilder arguments = new StringBuilder();
        events.stream().filter(event -> event.get("type").asText().equals("response.function_call_arguments.delta")).forEach(event ->
                arguments.append(event.get("delta").asText()));
        assertEquals("{\"a\": 1}", arguments.toString());
    }

    private static List<JsonNode> events(String fields) throws Exception {
        String stream = ask(fields).statusCode(200).contentType("text/event-stream").extract().asString();
        List<JsonNode> events = new ArrayList<>();
        for (String event : stream.split("\n\n")) {
            String[] lines = event.split("\n");
            events.add(JSON.readTree(lines[1].substring("data: ".length())));
            assertEquals("event: " + events.get(events.size() - 1).get("type").asText(), lines[0]);
        }
        return events;
    }

    @Test
    void storedOnesCanBeGoneOnWith() {
        String id = ask("\"input\":\"hi\",\"store\":true").statusCode(200).body("store", equalTo(true)).extract().path("id");
        ask("\"input\":\"more\",\"previous_response_id\":\"" + id + "\"").statusCode(200)
                .body("output[0].content[0].text", equalTo("user:hi|assistant:user:hi||user:more|"));
        given().get("/v1/responses/" + id).then().statusCode(200).body("id", equalTo(id));
        given().get("/v1/responses/" + id + "/input_items").then().statusCode(200).body("data[0].role", equalTo("user"));
        given().delete("/v1/responses/" + id).then().statusCode(200).body("deleted", equalTo(true));
        given().get("/v1/responses/" + id).then().statusCode(404);
        ask("\"input\":\"more\",\"previous_response_id\":\"" + id + "\"").statusCode(400).body("error.param", equalTo("previous_response_id"));
        String unstored = ask("\"input\":\"hi\",\"store\":false").extract().path("id");
        given().get("/v1/responses/" + unstored).then().statusCode(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "'\"model\":\"double\"'; input",
        "'\"input\":[]'; input",
        "'\"input\":[{\"role\":\"wizard\",\"content\":\"a\"}]'; input[0].role",
        "'\"input\":[{\"type\":\"item_reference\",\"id\":\"a\"}]'; input[0].type",
        "'\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\"}]}]'; input[0].content[0].type",
        "'\"input\":\"a\",\"background\":true'; background",
        "'\"input\":\"a\",\"conversation\":\"c\"'; conversation",
        "'\"input\":\"a\",\"truncation\":\"auto\"'; truncation",
        "'\"input\":\"a\",\"reasoning\":{\"effort\":\"high\"}'; reasoning",
        "'\"input\":\"a\",\"include\":[\"file_search_call.results\"]'; include",
        "'\"input\":\"a\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"a\"}}'; text.format.schema",
        "'\"input\":\"a\",\"mood\":1'; mood",
    })
    void whatIsNotHonouredIsRefusedByName(String fields, String param) {
        ask(fields).statusCode(400).body("error.param", equalTo(param));
    }
}
