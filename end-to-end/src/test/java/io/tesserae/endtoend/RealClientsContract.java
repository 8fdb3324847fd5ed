package io.tesserae.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.tesserae.chat.v1.ChatChunk;
import io.tesserae.chat.v1.ChatGrpc;
import io.tesserae.chat.v1.ChatRequest;
import io.tesserae.chat.v1.Content;
import io.tesserae.chat.v1.Image;
import io.tesserae.chat.v1.Message;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.vision.v1.DescribeRequest;
import io.tesserae.vision.v1.VisionEncoderGrpc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** openai-java and a plain gRPC client, unchanged, get the answer that {@code curl} gets. */
abstract class RealClientsContract extends WholePathContract {

    private static final String QUESTION = "What is in this picture?";
    private static final byte[] PICTURE = Pictures.disc(400, 300);

    private OpenAIClient openai;
    private ManagedChannel channel;

    @BeforeAll
    void connect() {
        openai = OpenAIOkHttpClient.builder().baseUrl(system().http() + "/v1").apiKey("not-needed").maxRetries(0).build();
        channel = StageChannels.open("localhost:" + system().grpcPort());
    }

    @AfterAll
    void disconnect() {
        openai.close();
        channel.shutdownNow();
    }

    private String overHttp() {
        return ChatCalls.text(new ChatCalls(system().http()).answer(ChatCalls.greedy(QUESTION, "low", 16, PICTURE)));
    }

    private static ChatCompletionCreateParams openaiRequest(String model) {
        return ChatCompletionCreateParams.builder().model(model).temperature(0.0).maxCompletionTokens(16)
                .addUserMessageOfArrayOfContentParts(List.of(
                        ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder()
                                .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder().url(Pictures.dataUrl(PICTURE))
                                        .detail(ChatCompletionContentPartImage.ImageUrl.Detail.LOW).build())
                                .build()),
                        ChatCompletionContentPart.ofText(ChatCompletionContentPartText.builder().text(QUESTION).build())))
                .build();
    }

    @Test
    void openaiJavaAnswersWhole() {
        ChatCompletion answer = openai.chat().completions().create(openaiRequest("tesserae-135m"));
        assertEquals(overHttp(), answer.choices().get(0).message().content().orElseThrow());
        assertFalse(answer.usage().isEmpty());
    }

    @Test
    void openaiJavaStreams() {
        StringBuilder text = new StringBuilder();
        try (StreamResponse<ChatCompletionChunk> stream = openai.chat().completions().createStreaming(openaiRequest("tesserae-135m"))) {
            stream.stream().flatMap(chunk -> chunk.choices().stream())
                    .forEach(choice -> choice.delta().content().ifPresent(text::append));
        }
        assertEquals(overHttp(), text.toString());
    }

    @Test
    void openaiJavaThrowsItsOwnExceptions() {
        ChatCompletionCreateParams remote = ChatCompletionCreateParams.builder().model("tesserae-135m").addUserMessageOfArrayOfContentParts(List.of(
                ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder()
                        .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder().url("http://localhost/cat.jpg").build()).build()))).build();
        assertThrows(BadRequestException.class, () -> openai.chat().completions().create(remote));
    }

    private static ChatRequest grpcRequest() {
        return ChatRequest.newBuilder().setTemperature(0).setMaxTokens(16)
                .addMessages(Message.newBuilder().setRole("user")
                        .addContent(Content.newBuilder().setImage(Image.newBuilder().setData(ByteString.copyFrom(PICTURE))
                                .setDetail(io.tesserae.chat.v1.Detail.DETAIL_LOW)))
                        .addContent(Content.newBuilder().setText(QUESTION)))
                .build();
    }

    @Test
    void grpcAnswersWholeAndStreamed() {
        String whole = ChatGrpc.newBlockingStub(channel).complete(grpcRequest()).getText();
        StringBuilder streamed = new StringBuilder();
        List<ChatChunk> chunks = new ArrayList<>();
        ChatGrpc.newBlockingStub(channel).streamChat(grpcRequest()).forEachRemaining(chunks::add);
        chunks.forEach(chunk -> streamed.append(chunk.getText()));

        assertEquals(overHttp(), whole);
        assertEquals(whole, streamed.toString());
        ChatChunk last = chunks.get(chunks.size() - 1);
        assertEquals(1, last.getUsage().getTiles());
        assertFalse(last.getFinishReason().isEmpty());
    }

    @Test
    void grpcFailuresSayTheReasonAndTheField() {
        StatusRuntimeException thrown = assertThrows(StatusRuntimeException.class,
                () -> ChatGrpc.newBlockingStub(channel).complete(ChatRequest.getDefaultInstance()));
        assertEquals(Status.Code.INVALID_ARGUMENT, thrown.getStatus().getCode());
        Failure failure = Failure.from(thrown);
        assertEquals(Reason.INVALID_FIELD, failure.reason());
        assertEquals("messages", failure.field().orElseThrow());
    }

    @Test
    void theStagesAreNotOfferedToTheNetwork() {
        StatusRuntimeException thrown = assertThrows(StatusRuntimeException.class,
                () -> VisionEncoderGrpc.newBlockingStub(channel).describe(DescribeRequest.getDefaultInstance()));
        assertEquals(Status.Code.UNIMPLEMENTED, thrown.getStatus().getCode());
    }

    @Test
    void grpcHealthServes() {
        assertEquals(HealthCheckResponse.ServingStatus.SERVING,
                HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance()).getStatus());
    }
}
