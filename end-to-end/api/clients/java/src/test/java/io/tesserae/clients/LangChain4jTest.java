package io.tesserae.clients;

import static io.tesserae.clients.Seen.MODEL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** LangChain4j, unchanged. */
class LangChain4jTest {

    private static final String CLIENT = "LangChain4j";
    private static final UserMessage ABOUT = UserMessage.from(ImageContent.from(Seen.picture(), "image/jpeg", ImageContent.DetailLevel.LOW),
            TextContent.from("What is in this picture?"));
    private final OpenAiChatModel model = OpenAiChatModel.builder().baseUrl(Seen.URL).apiKey("not-needed").modelName(MODEL).temperature(0.0).maxTokens(60)
            .strictJsonSchema(true).maxRetries(0).timeout(Duration.ofMinutes(4)).build();

    @Test
    void wholeAndStreamedSayTheSame() throws Exception {
        String whole = model.chat(ABOUT).aiMessage().text();
        assertFalse(whole.isBlank());
        Seen.seen(CLIENT, "chat");
        Seen.seen(CLIENT, "pictures");
        CompletableFuture<ChatResponse> done = new CompletableFuture<>();
        StringBuilder streamed = new StringBuilder();
        OpenAiStreamingChatModel.builder().baseUrl(Seen.URL).apiKey("not-needed").modelName(MODEL).temperature(0.0).maxTokens(60).build()
                .chat(ChatRequest.builder().messages(ABOUT).build(), new StreamingChatResponseHandler() {
                    @Override
                    public void onPartialResponse(String text) {
                        streamed.append(text);
                    }

                    @Override
                    public void onCompleteResponse(ChatResponse response) {
                        done.complete(response);
                    }

                    @Override
                    public void onError(Throwable error) {
                        done.completeExceptionally(error);
                    }
                });
        assertEquals(whole, done.get(4, TimeUnit.MINUTES).aiMessage().text());
        assertEquals(whole, streamed.toString());
        Seen.seen(CLIENT, "streaming");
    }

    @Test
    void answersAreHeldToASchema() {
        JsonSchema schema = JsonSchema.builder().name("person").rootElement(JsonObjectSchema.builder().addStringProperty("name").addIntegerProperty("age")
                .required("name", "age").build()).build();
        String answer = model.chat(ChatRequest.builder().messages(UserMessage.from("Make up a person."))
                .responseFormat(ResponseFormat.builder().type(ResponseFormatType.JSON).jsonSchema(schema).build()).build()).aiMessage().text();
        assertTrue(answer.startsWith("{") && answer.endsWith("}") && answer.contains("\"age\""), answer);
        Seen.seen(CLIENT, "structured output");
    }

    @Test
    void toolsAreCalled() {
        ToolSpecification weather = ToolSpecification.builder().name("weather").description("The weather of a city")
                .parameters(JsonObjectSchema.builder().addStringProperty("city").required("city").build()).build();
        ChatResponse answer = model.chat(ChatRequest.builder().messages(UserMessage.from("What is the weather in Paris?"))
                .toolSpecifications(weather).toolChoice(ToolChoice.REQUIRED).build());
        assertTrue(answer.aiMessage().toolExecutionRequests().get(0).arguments().contains("city"));
        Seen.seen(CLIENT, "tools");
    }

    @Test
    void errorsAreItsOwn() {
        OpenAiChatModel wrong = OpenAiChatModel.builder().baseUrl(Seen.URL).apiKey("not-needed").modelName(MODEL).maxTokens(100_000).maxRetries(0).build();
        assertTrue(assertThrows(InvalidRequestException.class, () -> wrong.chat("hi")).getMessage().contains("context"));
        Seen.seen(CLIENT, "errors");
    }
}
