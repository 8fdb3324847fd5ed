package io.tesserae.llm.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.engines.onnx.OnnxSession;
import io.tesserae.llm.Goldens;
import io.tesserae.llm.v1.AttendRequest;
import io.tesserae.llm.v1.AttendResponse;
import io.tesserae.llm.v1.ExplanationGrpc;
import io.tesserae.llm.v1.ImageSlot;
import io.tesserae.llm.v1.NearWord;
import io.tesserae.llm.v1.NearestWordsRequest;
import io.tesserae.llm.v1.PromptPart;
import io.tesserae.llm.v1.PromptToken;
import io.tesserae.llm.v1.ReadPromptRequest;
import io.tesserae.llm.v1.SlotEmbeddings;
import io.tesserae.llm.v1.TrainingRequest;
import io.tesserae.tensor.v1.ElementType;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@TestProfile(TinyModelProfile.class)
@Timeout(60)
class ExplanationIT {

    private static final int WIDTH = 48;

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    private ManagedChannel channel;
    private ExplanationGrpc.ExplanationBlockingStub brain;

    @BeforeEach
    void connect() {
        channel = StageChannels.open("localhost:" + port);
        brain = ExplanationGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    /** The golden conversation that shows a picture. */
    private static JsonNode pictured() {
        for (JsonNode one : Goldens.json("golden/generate.json").path("cases")) {
            if (one.path("embeddings").size() > 0) {
                return one;
            }
        }
        throw new AssertionError("no golden case shows a picture");
    }

    private static List<PromptPart> parts(JsonNode golden) {
        List<PromptPart> parts = new ArrayList<>();
        int slot = 0;
        for (JsonNode part : golden.path("parts")) {
            parts.add(part.isTextual() ? PromptPart.newBuilder().setText(part.asText()).build()
                    : PromptPart.newBuilder().setImage(ImageSlot.newBuilder().setSlot(slot++).setTokens(part.asInt())).build());
        }
        return parts;
    }

    private static AttendRequest.Builder attending(JsonNode golden) {
        AttendRequest.Builder request = AttendRequest.newBuilder().addAllPrompt(parts(golden));
        for (int slot = 0; slot < golden.path("embeddings").size(); slot++) {
            byte[] bytes = Base64.getDecoder().decode(golden.path("embeddings").get(slot).asText());
            request.addEmbeddings(SlotEmbeddings.newBuilder().setSlot(slot).setEmbeddings(io.tesserae.tensor.v1.Tensor.newBuilder()
                    .setElementType(ElementType.ELEMENT_TYPE_FLOAT32).addShape(bytes.length / 4 / WIDTH).addShape(WIDTH).setData(ByteString.copyFrom(bytes))));
        }
        for (int i = 0; i < 5; i++) {
            request.addGeneratedIds(golden.path("answer_ids").get(i).asLong());
        }
        return request;
    }

    @Test
    void readsAPromptAsGenerateDoes() {
        JsonNode golden = pictured();
        List<PromptToken> tokens = brain.readPrompt(ReadPromptRequest.newBuilder().addAllPrompt(parts(golden)).build()).getTokensList();
        assertArrayEquals(Goldens.longs(golden.path("prompt_ids")), tokens.stream().mapToLong(PromptToken::getId).toArray());
        long image = 0;
        for (JsonNode part : golden.path("parts")) {
            image += part.isTextual() ? 0 : part.asInt();
        }
        assertEquals(image, tokens.stream().filter(PromptToken::hasSlot).count());
    }

    @Test
    void aWordIsNearestToItself() {
        float[] table;
        try (OnnxSession embed = OnnxSession.open(
                Goldens.tinyModel().require(Goldens.tinyModel().manifest().llm().embed()), OnnxOptions.defaults().withThreads(1))) {
            Tensor rows = embed.run(Map.of("input_ids", Tensor.ofLongs(new long[] {7, 30, 101}, 1, 3))).get("inputs_embeds");
            table = new float[3 * WIDTH];
            rows.floats().get(table);
        }
        for (int i = 0; i < table.length; i++) {
            // Its length says nothing.
            table[i] *= 3;
        }
        var response = brain.nearestWords(NearestWordsRequest.newBuilder().setTop(3)
                .setEmbeddings(WireTensors.toMessage(Tensor.ofFloats(table, 3, WIDTH))).build());
        assertEquals(List.of(7L, 30L, 101L), response.getTokensList().stream().map(token -> token.getWords(0).getId()).toList());
        for (var token : response.getTokensList()) {
            assertEquals(1, token.getWords(0).getSimilarity(), 1e-4);
            List<Float> falling = token.getWordsList().stream().map(NearWord::getSimilarity).toList();
            assertTrue(falling.get(0) >= falling.get(1) && falling.get(1) >= falling.get(2), falling::toString);
        }
    }

    @Test
    void attentionIsAShareOfEverythingBefore() {
        JsonNode golden = pictured();
        AttendResponse attention = brain.attend(attending(golden).build());
        int prompt = golden.path("prompt_ids").size();
        FloatBuffer weights = WireTensors.fromMessage(attention.getWeights()).floats();
        assertEquals(List.of(5L, prompt + 4L), attention.getWeights().getShapeList());
        for (int row = 0; row < 5; row++) {
            double before = 0;
            for (int position = 0; position < prompt + 4; position++) {
                float weight = weights.get(row * (prompt + 4) + position);
                assertTrue(weight >= 0, "a weight is negative");
                assertTrue(position <= prompt - 1 + row || weight == 0, "it looks ahead");
                before += weight;
            }
            assertEquals(1, before, 1e-4);
        }
        assertEquals(5, attention.getUtf8Count());
    }

    @Test
    void theMeanOfAllLayersIsTheMeanOfEach() {
        JsonNode golden = pictured();
        AttendResponse all = brain.attend(attending(golden).build());
        FloatBuffer whole = WireTensors.fromMessage(all.getWeights()).floats();
        float[] mean = new float[whole.limit()];
        for (int layer = 0; layer < all.getLayers(); layer++) {
            FloatBuffer one = WireTensors.fromMessage(brain.attend(attending(golden).addLayers(layer).build()).getWeights()).floats();
            for (int i = 0; i < mean.length; i++) {
                mean[i] += one.get(i) / all.getLayers();
            }
        }
        float[] told = new float[mean.length];
        whole.get(told);
        assertArrayEquals(told, mean, 1e-5f);
    }

    @Test
    void refusesByTheNameOfTheField() {
        JsonNode golden = pictured();
        assertEquals("layers[0]", refusal(() -> brain.attend(attending(golden).addLayers(99).build())).field().orElseThrow());
        assertEquals("generated_ids", refusal(() -> brain.attend(attending(golden).clearGeneratedIds().build())).field().orElseThrow());
        assertEquals("embeddings[0]", refusal(() -> brain.attend(attending(golden).clearEmbeddings().build())).field().orElseThrow());
        assertEquals("top", refusal(() -> brain.nearestWords(NearestWordsRequest.getDefaultInstance())).field().orElseThrow());
        assertEquals(Reason.REVISION_MISMATCH, refusal(() -> brain.training(TrainingRequest.newBuilder().setModelRevision("x").build())).reason());
    }

    private static Failure refusal(Runnable call) {
        return Failure.from(assertThrows(StatusRuntimeException.class, call::run));
    }
}
