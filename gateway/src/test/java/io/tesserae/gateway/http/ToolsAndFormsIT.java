package io.tesserae.gateway.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.tesserae.gateway.doubles.StageDoubles;
import io.tesserae.llm.v1.Constraint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tools, forms of answers and haste: what the brain is told, and what the caller is. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
class ToolsAndFormsIT {

    private static final String TOOL = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"description\":\"now\",\"parameters\":"
            + "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}}}]";
    private static final String CALL = "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>";
    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    StageDoubles stages;

    @BeforeEach
    void reset() {
        stages.behaviour.reset();
    }

    private static ValidatableResponse ask(String... fields) {
        return given().contentType(ContentType.JSON).body("{" + HI + "," + String.join(",", fields) + "}").post("/v1/chat/completions").then();
    }

    @Test
    void aCallIsToldAsOne() {
        stages.behaviour.says = CALL;
        ask(TOOL).statusCode(200)
                .body("choices[0].finish_reason", equalTo("tool_calls"))
                .body("choices[0].message.content", nullValue())
                .body("choices[0].message.tool_calls[0].id", matchesPattern("call_[0-9a-f]{24}"))
                .body("choices[0].message.tool_calls[0].type", equalTo("function"))
                .body("choices[0].message.tool_calls[0].function.name", equalTo("weather"))
                .body("choices[0].message.tool_calls[0].function.arguments", equalTo("{\"city\": \"Oslo\"}"));
        assertTrue(stages.behaviour.lastRender.getTools().contains("weather"));
        Constraint constraint = stages.behaviour.lastStart.getConstraint();
        assertFalse(constraint.getToolCalls().getRequired());
        assertTrue(constraint.getToolCalls().getParallel());
    }

    @Test
    void aStreamedCallComesInPieces() {
        stages.behaviour.says = "Well. " + CALL;
        String events = ask(TOOL, "\"stream\":true").statusCode(200).extract().asString();
        assertTrue(events.contains("\"name\":\"weather\""), events);
        assertTrue(events.contains("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"O\"}}]"), events);
        assertTrue(events.contains("\"finish_reason\":\"tool_calls\""), events);
        assertFalse(events.contains("tool_call>"), events);
    }

    @Test
    void choiceSaysWhatMayBeCalled() {
        ask(TOOL, "\"tool_choice\":\"none\"").statusCode(200);
        assertEquals("", stages.behaviour.lastRender.getTools());
        assertFalse(stages.behaviour.lastStart.hasConstraint());
        ask(TOOL, "\"tool_choice\":\"required\"", "\"parallel_tool_calls\":false").statusCode(200);
        assertTrue(stages.behaviour.lastStart.getConstraint().getToolCalls().getRequired());
        assertFalse(stages.behaviour.lastStart.getConstraint().getToolCalls().getParallel());
        ask(TOOL, "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}").statusCode(200);
        assertTrue(stages.behaviour.lastStart.getConstraint().getToolCalls().getRequired());
    }

    @Test
    void resultsGoBackWithTheirCalls() {
        given().contentType(ContentType.JSON).body("""
                {"messages":[{"role":"user","content":"hi"},
                  {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Oslo\\"}"}}]},
                  {"role":"tool","tool_call_id":"c1","content":"rain"}]}""").post("/v1/chat/completions").then().statusCode(200);
        String called = stages.behaviour.lastRender.getMessages(1).getExtra();
        assertTrue(called.contains("\"arguments\":{\"city\":\"Oslo\"}"), called);
        assertEquals("tool", stages.behaviour.lastRender.getMessages(2).getRole());
        assertTrue(stages.behaviour.lastRender.getMessages(2).getExtra().contains("\"name\":\"weather\""), "the tool's name is that of the call");
    }

    @Test
    void formsReachTheBrain() {
        ask("\"response_format\":{\"type\":\"json_object\"}").statusCode(200);
        assertTrue(stages.behaviour.lastStart.getConstraint().getJsonObject());
        ask("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"strict\":true,\"schema\":{\"type\":\"integer\"}}}").statusCode(200);
        assertEquals("{\"type\":\"integer\"}", stages.behaviour.lastStart.getConstraint().getJsonSchema());
        ask(TOOL, "\"response_format\":{\"type\":\"json_object\"}").statusCode(200);
        assertTrue(stages.behaviour.lastStart.getConstraint().getToolCalls().getJsonObject());
        ask("\"response_format\":{\"type\":\"text\"}").statusCode(200);
        assertFalse(stages.behaviour.lastStart.hasConstraint());
    }

    @Test
    void hasteAndVariablesReachTheBrain() {
        ask("\"service_tier\":\"flex\"", "\"chat_template_kwargs\":{\"enable_thinking\":false}").statusCode(200).body("service_tier", equalTo("flex"));
        assertEquals(1, stages.behaviour.lastStart.getPriority());
        assertEquals("{\"enable_thinking\":false}", stages.behaviour.lastRender.getTemplateKwargs());
        ask("\"service_tier\":\"priority\"").statusCode(200).body("service_tier", equalTo("priority"));
        assertEquals(-1, stages.behaviour.lastStart.getPriority());
        ask("\"service_tier\":\"auto\"").statusCode(200).body("service_tier", equalTo("default"));
    }

    @Test
    void textIsTokenizedAndBack() {
        given().contentType(ContentType.JSON).body("{\"model\":\"double\",\"prompt\":\"hi\",\"return_token_strs\":true}").post("/tokenize").then().statusCode(200)
                .body("tokens", equalTo(java.util.List.of(1, 104, 105))).body("count", equalTo(3)).body("max_model_len", greaterThan(0))
                .body("token_strs", equalTo(java.util.List.of("h", "i")));
        given().contentType(ContentType.JSON).body("{" + HI + "}").post("/tokenize").then().statusCode(200).body("count", equalTo("user:hi|".length()));
        given().contentType(ContentType.JSON).body("{\"tokens\":[104,105]}").post("/detokenize").then().statusCode(200).body("prompt", equalTo("hi"));
        given().contentType(ContentType.JSON).body("{\"tokens\":[\"a\"]}").post("/detokenize").then().statusCode(400).body("error.param", equalTo("tokens"));
        given().contentType(ContentType.JSON).body("{\"prompt\":\"a\",\"mood\":1}").post("/tokenize").then().statusCode(400).body("error.param", equalTo("mood"));
    }

    @Test
    void whatIsRunningSaysSo() {
        given().get("/version").then().statusCode(200).body("version", matchesPattern("\\d.*"));
        given().get("/health").then().statusCode(200).body("status", equalTo("ok"));
        given().contentType(ContentType.JSON).body("{\"model\":\"double\",\"input\":\"hi\"}").post("/v1/embeddings").then().statusCode(400)
                .body("error.param", equalTo("model")).body("error.message", containsString("no space"));
    }
}
