package io.tesserae.gateway.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tesserae.chat.v1.ChatChunk;
import io.tesserae.chat.v1.ChatCompletion;
import io.tesserae.chat.v1.ChatGrpc;
import io.tesserae.chat.v1.ChatRequest;
import io.tesserae.chat.v1.Content;
import io.tesserae.chat.v1.Detail;
import io.tesserae.chat.v1.Image;
import io.tesserae.chat.v1.ListModelsRequest;
import io.tesserae.chat.v1.Message;
import io.tesserae.chat.v1.Model;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.doubles.Pictures;
import io.tesserae.gateway.doubles.StageDoubles;
import io.tesserae.gateway.doubles.Waiting;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The gRPC way in, over a real socket. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
class ChatServiceIT {

    StageDoubles stages;
    private ManagedChannel channel;
    private ChatGrpc.ChatBlockingStub chat;

    @BeforeEach
    void connect() {
        stages.behaviour.reset();
        int port = ConfigProvider.getConfig().getValue("quarkus.grpc.server.test-port", Integer.class);
        channel = NettyChannelBuilder.forAddress("localhost", port).usePlaintext().build();
        chat = ChatGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    private static Content words(String words) {
        return Content.newBuilder().setText(words).build();
    }

    private static ChatRequest.Builder ask(Content... content) {
        return ChatRequest.newBuilder().addMessages(Message.newBuilder().setRole("user").addAllContent(List.of(content)));
    }

    private static Content picture(Detail detail) {
        return Content.newBuilder().setImage(Image.newBuilder()
                .setData(ByteString.copyFrom(Pictures.squares(3000, 2000))).setDetail(detail)).build();
    }

    @Test
    void completes() {
        ChatCompletion answer = chat.complete(ask(picture(Detail.DETAIL_HIGH), words("what?")).setModel("double").build());
        assertEquals("user:<[50][10][20][30][40][50][60]>what?|", answer.getText());
        assertEquals("stop", answer.getFinishReason());
        assertEquals("double", answer.getModel());
        assertEquals(7, answer.getUsage().getTiles());
        assertEquals(14, answer.getUsage().getImageTokens());
        assertEquals(answer.getText().codePointCount(0, answer.getText().length()), answer.getTokenIdsCount());
        assertTrue(answer.getTimings().getTotalMicros() >= answer.getTimings().getFirstTokenMicros());
        assertTrue(answer.getTimings().getStagesList().stream().anyMatch(stage -> stage.getStage().equals("encode")));
    }

    @Test
    void streams() {
        List<ChatChunk> chunks = new ArrayList<>();
        chat.streamChat(ask(picture(Detail.DETAIL_LOW), words("é☕")).setTopLogprobs(1).build()).forEachRemaining(chunks::add);
        StringBuilder text = new StringBuilder();
        chunks.forEach(chunk -> text.append(chunk.getText()));
        assertEquals("user:<[50]>é☕|", text.toString());
        assertEquals(1, chunks.get(0).getLogprobs(0).getTopCount());
        ChatChunk last = chunks.get(chunks.size() - 1);
        assertEquals("stop", last.getFinishReason());
        assertEquals(1, last.getUsage().getTiles());
        assertTrue(chunks.stream().allMatch(chunk -> chunk.getId().equals(last.getId())));
    }

    @Test
    void aQuestionChoosesItsNerve() {
        ChatCompletion answer = chat.complete(ask(picture(Detail.DETAIL_LOW)).setNerve("wide").build());
        assertEquals("user:<[1050]>|", answer.getText());
        assertEquals(3, answer.getUsage().getImageTokens());
    }

    @Test
    void takesDataUrlsToo() {
        Content url = Content.newBuilder().setImage(Image.newBuilder().setUrl(Pictures.url(Pictures.png(3, 3, 44)))).build();
        assertEquals("user:<[44]>|", chat.complete(ask(url).build()).getText());
    }

    @Test
    void stopsEverythingWhenTheCallerCancels() throws Exception {
        Context.CancellableContext context = Context.current().withCancellation();
        context.run(() -> {
            Iterator<ChatChunk> chunks = chat.streamChat(ask(words("#count 100000 #pace 10")).build());
            chunks.next();
        });
        context.cancel(null);
        Waiting.until("the brain was told", () -> stages.behaviour.generatesCancelled.get() == 1);
    }

    @Test
    void keepsTheCallersDeadline() throws Exception {
        StatusRuntimeException late = assertThrows(StatusRuntimeException.class, () ->
                chat.withDeadlineAfter(2, TimeUnit.SECONDS).complete(ask(words("#count 100000 #pace 50")).build()));
        assertEquals(Reason.DEADLINE_EXCEEDED, Failure.from(late).reason());
        Waiting.until("the brain was told", () -> stages.behaviour.generatesCancelled.get() == 1);
    }

    @Test
    void listsModels() {
        Model model = chat.listModels(ListModelsRequest.getDefaultInstance()).getModels(0);
        assertEquals("double", model.getId());
        assertEquals("squares", model.getFamily());
        assertEquals(2048, model.getContext());
        assertEquals(2, model.getTokensPerTile());
        assertEquals("mlp", model.getNerve());
        assertEquals(List.of("mlp mlp 2", "wide resampler 3"), model.getNervesList().stream()
                .map(nerve -> nerve.getName() + " " + nerve.getKind() + " " + nerve.getTokensPerTile()).toList());
    }

    private static Arguments bad(String field, Reason reason, Consumer<ChatRequest.Builder> spoil) {
        ChatRequest.Builder request = ask(words("hi"));
        spoil.accept(request);
        return Arguments.of(field, reason, request.build());
    }

    private static Arguments badPicture(String field, Reason reason, Image.Builder image) {
        return bad(field, reason, request -> request.getMessagesBuilder(0).setContent(0, Content.newBuilder().setImage(image)));
    }

    static Stream<Arguments> badRequests() {
        String image = "messages[0].content[0].image";
        return Stream.of(
                bad("messages", Reason.INVALID_FIELD, ChatRequest.Builder::clearMessages),
                bad("messages[0].role", Reason.INVALID_FIELD, request -> request.getMessagesBuilder(0).setRole("wizard")),
                bad("messages[0].content", Reason.INVALID_FIELD, request -> request.getMessagesBuilder(0).clearContent()),
                bad("messages[0].content[0]", Reason.INVALID_FIELD, request -> request.getMessagesBuilder(0).setContent(0, Content.newBuilder())),
                bad("model", Reason.MODEL_NOT_FOUND, request -> request.setModel("other")),
                bad("temperature", Reason.INVALID_FIELD, request -> request.setTemperature(Float.NaN)),
                bad("temperature", Reason.INVALID_FIELD, request -> request.setTemperature(3)),
                bad("nerve", Reason.INVALID_FIELD, request -> request.setNerve("linear")),
                bad("top_p", Reason.INVALID_FIELD, request -> request.setTopP(0)),
                bad("top_k", Reason.INVALID_FIELD, request -> request.setTopK(-1)),
                bad("min_p", Reason.INVALID_FIELD, request -> request.setMinP(-1)),
                bad("repetition_penalty", Reason.INVALID_FIELD, request -> request.setRepetitionPenalty(0)),
                bad("frequency_penalty", Reason.INVALID_FIELD, request -> request.setFrequencyPenalty(2.5f)),
                bad("presence_penalty", Reason.INVALID_FIELD, request -> request.setPresencePenalty(Float.NEGATIVE_INFINITY)),
                bad("max_tokens", Reason.INVALID_FIELD, request -> request.setMaxTokens(-1)),
                bad("stop", Reason.INVALID_FIELD, request -> request.addStop("")),
                bad("logit_bias", Reason.INVALID_FIELD, request -> request.putLogitBias(3, Float.NaN)),
                bad("top_logprobs", Reason.INVALID_FIELD, request -> request.setTopLogprobs(-1)),
                badPicture(image, Reason.INVALID_FIELD, Image.newBuilder()),
                badPicture(image + ".detail", Reason.INVALID_FIELD, Image.newBuilder().setDetailValue(9)),
                badPicture(image + ".data", Reason.IMAGE_UNREADABLE, Image.newBuilder().setData(ByteString.EMPTY)),
                badPicture(image + ".data", Reason.IMAGE_TYPE_UNSUPPORTED, Image.newBuilder().setData(ByteString.copyFromUtf8("hello"))),
                badPicture(image + ".url", Reason.IMAGE_URL_REFUSED, Image.newBuilder().setUrl("https://example.com/a.png")),
                bad(image, Reason.INVALID_FIELD, request -> request.getMessagesBuilder(0).setRole("system")
                        .setContent(0, Content.newBuilder().setImage(Image.getDefaultInstance()))));
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void refusesByName(String field, Reason reason, ChatRequest request) {
        Failure failure = Failure.from(assertThrows(StatusRuntimeException.class, () -> chat.complete(request)));
        assertEquals(reason, failure.reason());
        assertEquals(field, failure.field().orElse(null));
    }
}
