package io.tesserae.clients;

import static io.tesserae.clients.Seen.MODEL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.responses.ResponseCreateParams;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** openai-java, unchanged. */
class OpenAiJavaTest {

    private static final String CLIENT = "openai-java";
    private final OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl(Seen.URL).apiKey("not-needed").maxRetries(0).build();

    /** What an answer is held to. */
    public static class Person {
        public String name;
        public int age;
    }

    private static ChatCompletionCreateParams.Builder asking() {
        return ChatCompletionCreateParams.builder().model(MODEL).temperature(0.0).maxCompletionTokens(24L);
    }

    @Test
    void wholeAndStreamedSayTheSame() {
        ChatCompletionCreateParams about = asking().addUserMessageOfArrayOfContentParts(List.of(
                ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder().imageUrl(ChatCompletionContentPartImage.ImageUrl.builder()
                        .url("data:image/jpeg;base64," + Seen.picture()).build()).build()),
                ChatCompletionContentPart.ofText(ChatCompletionContentPartText.builder().text("What is in this picture?").build()))).build();
        String whole = client.chat().completions().create(about).choices().get(0).message().content().orElseThrow();
        assertFalse(whole.isBlank());
        Seen.seen(CLIENT, "chat");
        Seen.seen(CLIENT, "pictures");
        StringBuilder streamed = new StringBuilder();
        try (StreamResponse<ChatCompletionChunk> chunks = client.chat().completions().createStreaming(about)) {
            chunks.stream().flatMap(chunk -> chunk.choices().stream()).flatMap(choice -> choice.delta().content().stream()).forEach(streamed::append);
        }
        assertEquals(whole, streamed.toString());
        Seen.seen(CLIENT, "streaming");
    }

    @Test
    void answersAreHeldToAClass() {
        Person person = client.chat().completions().create(asking().addUserMessage("Make up a person.").maxCompletionTokens(60L)
                .responseFormat(Person.class).build()).choices().get(0).message().content().orElseThrow();
        assertTrue(person.name != null);
        Seen.seen(CLIENT, "structured output");
    }

    @Test
    void toolsAreCalled() {
        ChatCompletion answer = client.chat().completions().create(asking().addUserMessage("What is the weather in Paris?").maxCompletionTokens(60L)
                .addFunctionTool(FunctionDefinition.builder().name("weather").parameters(FunctionParameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty("properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                        .putAdditionalProperty("required", JsonValue.from(List.of("city"))).build()).build())
                .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED).build());
        assertTrue(answer.choices().get(0).message().toolCalls().orElseThrow().get(0).asFunction().function().arguments().contains("city"));
        Seen.seen(CLIENT, "tools");
    }

    @Test
    void responses() {
        var response = client.responses().create(ResponseCreateParams.builder().model(MODEL).temperature(0.0).maxOutputTokens(16)
                .input("What is the capital of France?").build());
        String text = response.output().get(0).asMessage().content().get(0).asOutputText().text();
        assertTrue(text.contains("Paris"), text);
        Seen.seen(CLIENT, "responses");
    }

    @Test
    void severalAnswersAndHowLikelyTheyAre() {
        ChatCompletion answer = client.chat().completions().create(asking().addUserMessage("Name a colour.").n(2).logprobs(true).topLogprobs(1).build());
        assertEquals(2, answer.choices().size());
        Seen.seen(CLIENT, "several answers");
        assertTrue(answer.choices().get(0).logprobs().orElseThrow().content().orElseThrow().get(0).logprob() <= 0);
        Seen.seen(CLIENT, "log-probabilities");
    }

    @Test
    void modelsAndErrors() {
        assertEquals(MODEL, client.models().list().data().get(0).id());
        Seen.seen(CLIENT, "models");
        BadRequestException refused = assertThrows(BadRequestException.class, () ->
                client.chat().completions().create(asking().addUserMessage("hi").maxCompletionTokens(100_000L).build()));
        assertTrue(refused.getMessage().contains("context"), refused.getMessage());
        Seen.seen(CLIENT, "errors");
    }
}
