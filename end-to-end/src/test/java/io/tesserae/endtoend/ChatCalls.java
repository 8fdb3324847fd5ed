package io.tesserae.endtoend;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.restassured.response.Response;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Requests to {@code /v1/chat/completions} and what they answer. */
final class ChatCalls {

    static final ObjectMapper JSON = new ObjectMapper();

    private final URI server;

    ChatCalls(URI server) {
        this.server = server;
    }

    /** A greedy request of one user turn: pictures, then the question. */
    static ObjectNode greedy(String question, String detail, int maxTokens, byte[]... pictures) {
        ObjectNode body = JSON.createObjectNode().put("temperature", 0).put("max_completion_tokens", maxTokens).put("return_token_ids", true);
        ArrayNode content = body.putArray("messages").addObject().put("role", "user").putArray("content");
        for (byte[] picture : pictures) {
            content.addObject().put("type", "image_url").putObject("image_url").put("url", Pictures.dataUrl(picture)).put("detail", detail);
        }
        content.addObject().put("type", "text").put("text", question);
        return body;
    }

    Response post(Object body) {
        return given().baseUri(server.toString()).contentType("application/json").body(body.toString()).post("/v1/chat/completions");
    }

    /** A whole answer; fails unless it is 200. */
    JsonNode answer(ObjectNode body) {
        Response response = post(body);
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + ": " + response.asString());
        }
        return json(response.asString());
    }

    /** The events of a streamed answer, {@code [DONE]} left out; fails if that is not the last. */
    List<JsonNode> stream(ObjectNode body) {
        body.put("stream", true).putObject("stream_options").put("include_usage", true);
        Response response = post(body);
        if (response.statusCode() != 200 || !response.contentType().startsWith("text/event-stream")) {
            throw new AssertionError(response.statusCode() + " " + response.contentType() + ": " + response.asString());
        }
        List<JsonNode> events = new ArrayList<>();
        boolean done = false;
        for (String line : response.asString().split("\n")) {
            if (line.equals("data: [DONE]")) {
                done = true;
            } else if (line.startsWith("data: ")) {
                if (done) {
                    throw new AssertionError("an event after [DONE]: " + line);
                }
                events.add(json(line.substring("data: ".length())));
            }
        }
        if (!done) {
            throw new AssertionError("the stream ended without [DONE]");
        }
        return events;
    }

    static String text(JsonNode answer) {
        return answer.at("/choices/0/message/content").asText();
    }

    /** The text of streamed events, put together. */
    static String text(List<JsonNode> events) {
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(event.at("/choices/0/delta/content").asText("")));
        return text.toString();
    }

    static int promptTokens(JsonNode answer) {
        return answer.at("/usage/prompt_tokens").asInt();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (java.io.IOException malformed) {
            throw new AssertionError("not JSON: " + text, malformed);
        }
    }
}
