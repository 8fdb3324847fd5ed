package io.tesserae.llm.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import io.grpc.ManagedChannel;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.Goldens;
import io.tesserae.llm.v1.DescribeRequest;
import io.tesserae.llm.v1.DescribeResponse;
import io.tesserae.llm.v1.FinishReason;
import io.tesserae.llm.v1.GenerateRequest;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.ImageSlot;
import io.tesserae.llm.v1.PromptPart;
import io.tesserae.llm.v1.Sampling;
import io.tesserae.llm.v1.SlotEmbeddings;
import io.tesserae.llm.v1.Stopping;
import io.tesserae.llm.v1.TokenizeRequest;
import io.tesserae.tensor.v1.ElementType;
import io.tesserae.tensor.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@TestProfile(TinyModelProfile.class)
@Timeout(60)
class LanguageModelIT {

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = StageChannels.open("localhost:" + port);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    private io.tesserae.llm.v1.LanguageModelGrpc.LanguageModelBlockingStub blocking() {
        return io.tesserae.llm.v1.LanguageModelGrpc.newBlockingStub(channel);
    }

    private static List<JsonNode> goldens() {
        List<JsonNode> cases = new ArrayList<>();
        Goldens.json("golden/generate.json").path("cases").forEach(cases::add);
        return cases;
    }

    private static GenerateStart.Builder greedy(JsonNode golden) {
        GenerateStart.Builder start = GenerateStart.newBuilder()
                .setSampling(Sampling.newBuilder().setTemperature(0))
                .setStopping(Stopping.newBuilder().setMaxTokens(64).setIgnoreEos(true));
        int slot = 0;
        for (JsonNode part : golden.path("parts")) {
            start.addPrompt(part.isTextual() ? PromptPart.newBuilder().setText(part.asText())
                    : PromptPart.newBuilder().setImage(ImageSlot.newBuilder().setSlot(slot++).setTokens(part.asInt())));
        }
        return start;
    }

    private static SlotEmbeddings embeddings(JsonNode golden, int slot) {
        byte[] bytes = Base64.getDecoder().decode(golden.path("embeddings").get(slot).asText());
        return SlotEmbeddings.newBuilder().setSlot(slot).setEmbeddings(Tensor.newBuilder()
                .setElementType(ElementType.ELEMENT_TYPE_FLOAT32).addShape(bytes.length / 4 / 48).addShape(48).setData(ByteString.copyFrom(bytes))).build();
    }

    private Answer generate(GenerateStart.Builder start, SlotEmbeddings... embeddings) {
        Answer answer = Answer.open(channel);
        answer.send(GenerateRequest.newBuilder().setStart(start).build());
        for (SlotEmbeddings each : embeddings) {
            answer.send(GenerateRequest.newBuilder().setEmbeddings(each).build());
        }
        answer.halfClose();
        return answer;
    }

    @Test
    void describesItself() {
        DescribeResponse card = blocking().describe(DescribeRequest.getDefaultInstance());
        assertEquals("tiny", card.getModel());
        assertEquals(Goldens.tinyModel().manifest().revision(), card.getRevision());
        assertEquals(400, card.getContext());
        assertEquals(48, card.getWidth());
        assertEquals(List.of(1L, 3L), card.getEosTokenIdsList());
        assertEquals("<image>", card.getImageToken());
        assertEquals(4, card.getSlots());
    }

    @Test
    void answersAreThoseOfTransformers() {
        for (JsonNode golden : goldens()) {
            SlotEmbeddings[] embeddings = new SlotEmbeddings[golden.path("embeddings").size()];
            for (int slot = 0; slot < embeddings.length; slot++) {
                embeddings[slot] = embeddings(golden, slot);
            }
            Answer answer = generate(greedy(golden), embeddings).await();
            assertArrayEquals(Goldens.longs(golden.path("answer_ids")), answer.ids());
            assertEquals(golden.path("answer").asText(), answer.text());
            assertEquals(FinishReason.FINISH_REASON_LENGTH, answer.finish().getReason());
            assertEquals(golden.path("prompt_ids").size(), answer.finish().getPromptTokens());
            assertEquals(64, answer.finish().getGeneratedTokens());
            assertTrue(answer.finish().getTimings().getFirstTokenMicros() > 0);
        }
    }

    @Test
    void halfPrecisionEmbeddingsAreTaken() {
        JsonNode golden = goldens().get(6);
        FloatBuffer floats = embeddings(golden, 0).getEmbeddings().getData().asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        ByteBuffer upper = ByteBuffer.allocate(2 * floats.limit()).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer rounded = ByteBuffer.allocate(4 * floats.limit()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < floats.limit(); i++) {
            int bits = Float.floatToRawIntBits(floats.get(i)) & 0xFFFF0000;
            upper.putShort((short) (bits >>> 16));
            rounded.putInt(bits);
        }
        Tensor.Builder tensor = Tensor.newBuilder().addShape(4).addShape(48);
        long[] wide = generate(greedy(golden), SlotEmbeddings.newBuilder().setEmbeddings(tensor.setElementType(ElementType.ELEMENT_TYPE_FLOAT32)
                .setData(ByteString.copyFrom(rounded.array()))).build()).await().ids();
        long[] narrow = generate(greedy(golden), SlotEmbeddings.newBuilder().setEmbeddings(tensor.setElementType(ElementType.ELEMENT_TYPE_BFLOAT16)
                .setData(ByteString.copyFrom(upper.array()))).build()).await().ids();
        assertArrayEquals(wide, narrow);
    }

    @Test
    void twoHundredAtOnceAreAnsweredOrRefusedAndNoneIsLost() {
        List<Answer> answers = new ArrayList<>();
        List<JsonNode> texts = goldens().subList(0, 6);
        for (int i = 0; i < 200; i++) {
            answers.add(generate(greedy(texts.get(i % texts.size()))));
        }
        int answered = 0;
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).awaitEnd().failure() == null) {
                assertArrayEquals(Goldens.longs(texts.get(i % texts.size()).path("answer_ids")), answers.get(i).ids());
                answered++;
            } else {
                assertEquals(Reason.QUEUE_FULL, answers.get(i).failure().reason(), answers.get(i).failure()::getMessage);
                assertTrue(answers.get(i).failure().retryAfterSeconds() >= 1);
            }
        }
        assertTrue(answered >= 40, answered + " answered");
    }

    @Test
    void aCallerThatGoesFreesItsSlot() {
        GenerateStart.Builder start = greedy(goldens().get(5));
        List<Answer> gone = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            start.setStopping(Stopping.newBuilder().setMaxTokens(390).setIgnoreEos(true));
            gone.add(generate(start));
        }
        gone.get(0).awaitTokens(1);
        gone.forEach(Answer::cancel);
        assertEquals(64, generate(greedy(goldens().get(0))).await().ids().length);
    }

    @Test
    void aDeadlineEndsTheAnswer() {
        Answer answer = Answer.openWithin(channel, 300);
        answer.send(GenerateRequest.newBuilder().setStart(greedy(goldens().get(6))).build());
        assertEquals(Reason.DEADLINE_EXCEEDED, answer.awaitEnd().failure().reason());
    }

    @Test
    void aReaderThatDoesNotReadIsSentAway() {
        Answer answer = Answer.unread(channel);
        // Log-probabilities make the answer larger than what the transport buffers.
        GenerateStart.Builder start = greedy(goldens().get(5)).setTopLogprobs(20);
        start.setStopping(Stopping.newBuilder().setMaxTokens(390).setIgnoreEos(true));
        answer.send(GenerateRequest.newBuilder().setStart(start).build());
        answer.halfClose();
        assertEquals(64, generate(greedy(goldens().get(0))).await().ids().length);
        try {
            Thread.sleep(3500);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
        answer.readAll();
        answer.awaitEnd();
        // Either the transport took all of it, or the reader was sent away: never a hang.
        assertTrue(answer.failure() == null ? answer.finish() != null : answer.failure().reason() == Reason.DEADLINE_EXCEEDED);
    }

    @Test
    void namesTheFieldThatIsWrong() {
        JsonNode text = goldens().get(0);
        JsonNode image = goldens().get(6);
        refused("start.prompt", Reason.INVALID_FIELD, start -> start.clearPrompt());
        refused("start.model_revision", Reason.REVISION_MISMATCH, start -> start.setModelRevision("0".repeat(64)));
        refused("start.sampling.temperature", Reason.INVALID_FIELD, start -> start.setSampling(Sampling.newBuilder().setTemperature(3)));
        refused("start.stopping.stop[0]", Reason.INVALID_FIELD, start -> start.setStopping(Stopping.newBuilder().addStop("")));
        refused("start.stopping.stop_token_ids[0]", Reason.INVALID_FIELD, start -> start.setStopping(Stopping.newBuilder().addStopTokenIds(-1)));
        refused("start.stopping.max_tokens", Reason.CONTEXT_FULL, start -> start.setStopping(Stopping.newBuilder().setMaxTokens(-1)));
        refused("start.top_logprobs", Reason.INVALID_FIELD, start -> start.setTopLogprobs(21));
        refused("start.generated_ids[0]", Reason.INVALID_FIELD, start -> start.addGeneratedIds(100_000));
        refusal("embeddings[0]", generate(greedy(image)));
        refusal("embeddings[1].slot", generate(greedy(image), embeddings(image, 0).toBuilder().setSlot(1).build()));
        refusal("embeddings[0]", generate(greedy(image), embeddings(image, 0), embeddings(image, 0)));
        refusal("embeddings[0].embeddings.shape", generate(greedy(image), embeddings(goldens().get(9), 0).toBuilder().setSlot(0).build()));
        refusal("embeddings[0].embeddings", generate(greedy(image), SlotEmbeddings.getDefaultInstance()));
        refusal("embeddings[0].slot", generate(greedy(text), embeddings(image, 0)));
        Answer empty = Answer.open(channel);
        empty.halfClose();
        refusal("start", empty);
        Answer backwards = Answer.open(channel);
        backwards.send(GenerateRequest.newBuilder().setEmbeddings(embeddings(image, 0)).build());
        refusal("start", backwards);
    }

    private void refused(String field, Reason reason, Consumer<GenerateStart.Builder> change) {
        GenerateStart.Builder start = greedy(goldens().get(0));
        change.accept(start);
        Failure failure = generate(start).awaitEnd().failure();
        assertEquals(reason, failure.reason(), failure::getMessage);
        assertEquals(field, failure.field().orElse(""));
    }

    private static void refusal(String field, Answer answer) {
        Failure failure = answer.awaitEnd().failure();
        assertEquals(Reason.INVALID_FIELD, failure.reason(), failure::getMessage);
        assertEquals(field, failure.field().orElse(""));
    }

    @Test
    void logprobsComeWithTheirTokens() {
        Answer answer = generate(greedy(goldens().get(0)).setTopLogprobs(2)).await();
        assertEquals(64, answer.logprobs().size());
        for (int i = 0; i < 64; i++) {
            assertEquals(answer.ids()[i], answer.logprobs().get(i).getTokenId());
            assertEquals(2, answer.logprobs().get(i).getTopCount());
            assertTrue(answer.logprobs().get(i).getLogprob() <= 0);
        }
    }

    @Test
    void tokenizes() {
        JsonNode golden = Goldens.json("golden/text.json").path("tokenizers_tested").get(0).path("encoded").get(2);
        assertArrayEquals(Goldens.longs(golden.path("ids_with_specials")), blocking().tokenize(TokenizeRequest.newBuilder()
                .setText(golden.path("text").asText()).setAddSpecialTokens(true).build()).getIdsList().stream().mapToLong(Long::longValue).toArray());
    }

    @Test
    void isHealthyAndMeasured() {
        assertEquals(HealthCheckResponse.ServingStatus.SERVING,
                HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance()).getStatus());
        RestAssured.get("/q/health/ready").then().statusCode(200);
        generate(greedy(goldens().get(0))).await();
        String metrics = RestAssured.get("/q/metrics").asString();
        for (String name : List.of("tesserae_stage_duration_seconds_bucket", "tesserae_inter_token_latency_seconds_bucket", "tesserae_batch_size",
                "tesserae_prompt_tokens_total", "tesserae_generated_tokens_total", "tesserae_requests_running", "tesserae_kv_use", "tesserae_finishes_total")) {
            assertTrue(metrics.contains(name), name);
        }
    }
}
