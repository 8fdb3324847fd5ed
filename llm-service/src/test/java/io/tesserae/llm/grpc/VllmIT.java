package io.tesserae.llm.grpc;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.remote.vllm.EchoVllm;
import io.tesserae.llm.v1.DescribeRequest;
import io.tesserae.llm.v1.DescribeResponse;
import io.tesserae.llm.v1.GenerateRequest;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.ImageSlot;
import io.tesserae.llm.v1.PromptPart;
import io.tesserae.llm.v1.Sampling;
import io.tesserae.llm.v1.SlotEmbeddings;
import io.tesserae.llm.v1.Stopping;
import io.tesserae.llm.v1.TokenIds;
import io.tesserae.tensor.v1.ElementType;
import io.tesserae.tensor.v1.Tensor;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The service whose brain is a vLLM elsewhere: a double that comes up after it, dies, and comes back. */
@QuarkusTest
@TestProfile(VllmProfile.class)
@Timeout(600)
class VllmIT {

    private static final int WIDTH = 48;

    @Inject
    Vertx vertx;

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @ConfigProperty(name = "tesserae.llm.remote.addresses")
    URI address;

    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = StageChannels.open("localhost:" + port);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    private DescribeResponse describe() {
        return io.tesserae.llm.v1.LanguageModelGrpc.newBlockingStub(channel).describe(DescribeRequest.getDefaultInstance());
    }

    private boolean ready() {
        return RestAssured.get("/q/health/ready").statusCode() == 200;
    }

    private static void until(BooleanSupplier condition, String complaint) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, complaint);
        }
    }

    /** A prompt of one token and a picture of two, whose embeddings' first numbers are these. */
    private Answer ask(Sampling sampling, int most, float... picture) {
        GenerateStart start = GenerateStart.newBuilder().setSampling(sampling).setStopping(Stopping.newBuilder().setMaxTokens(most).setIgnoreEos(true))
                .addPrompt(PromptPart.newBuilder().setTokenIds(TokenIds.newBuilder().addIds(9)))
                .addPrompt(PromptPart.newBuilder().setImage(ImageSlot.newBuilder().setTokens(picture.length))).build();
        ByteBuffer numbers = ByteBuffer.allocate(4 * WIDTH * picture.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < picture.length; i++) {
            numbers.putFloat(4 * WIDTH * i, picture[i]);
        }
        Answer answer = Answer.open(channel);
        answer.send(GenerateRequest.newBuilder().setStart(start).build());
        answer.send(GenerateRequest.newBuilder().setEmbeddings(SlotEmbeddings.newBuilder().setEmbeddings(Tensor.newBuilder()
                .setElementType(ElementType.ELEMENT_TYPE_FLOAT32).addShape(picture.length).addShape(WIDTH).setData(ByteString.copyFrom(numbers)))).build());
        answer.halfClose();
        return answer;
    }

    private static Sampling greedy() {
        return Sampling.newBuilder().setTemperature(0).setRepetitionPenalty(1).build();
    }

    @Test
    void theServiceLivesAndIsReadyWhileItsBrainIs() {
        until(() -> RestAssured.get("/q/health/ready").asString().contains("cannot be reached"), "it did not say that vLLM is not there");
        assertTrue(!ready(), "it was ready without a brain");
        assertEquals(Status.Code.UNAVAILABLE, statusOf(this::describe));
        assertEquals(Reason.STAGE_UNAVAILABLE, ask(greedy(), 3, 1).awaitEnd().failure().reason());
        RestAssured.get("/q/health/live").then().statusCode(200);
        try (EchoVllm vllm = new EchoVllm(vertx, address.getPort())) {
            vllm.width = WIDTH;
            for (int round = 0; round < 3; round++) {
                until(this::ready, "it did not become ready");
                assertEquals("vllm", describe().getEngine());
                assertEquals(256, describe().getSlots());
                Answer answer = ask(greedy(), 5, 42, 43).await();
                assertArrayEquals(new long[] {0, 42, 43, 0, 42}, answer.ids());
                assertEquals(2, answer.finish().getImageTokens());
                RestAssured.get("/q/metrics").then().body(containsString("engine=\"vllm\""));
                vllm.holdAfter(1);
                Answer lost = ask(greedy(), 5, 42, 43);
                lost.awaitTokens(1);
                vllm.kill();
                assertEquals(Reason.STAGE_UNAVAILABLE, lost.awaitEnd().failure().reason());
                until(() -> !ready(), "it stayed ready without its brain");
                vllm.holdAfter(Integer.MAX_VALUE);
                vllm.restart();
            }
            until(this::ready, "it did not become ready");
            refusesAndCancels(vllm);
        }
        until(() -> !ready(), "it stayed ready without its brain");
    }

    private void refusesAndCancels(EchoVllm vllm) {
        Answer refused = ask(Sampling.newBuilder().setRepetitionPenalty(1.2f).build(), 5, 1).awaitEnd();
        assertEquals(Reason.UNSUPPORTED_FIELD, refused.failure().reason());
        assertEquals("start.sampling.repetition_penalty", refused.failure().field().orElseThrow());
        vllm.holdAfter(2);
        Answer left = ask(greedy(), 100, 1, 2);
        left.awaitTokens(2);
        left.cancel();
        until(() -> vllm.running() == 0, "vLLM went on for a caller who had left");
        vllm.holdAfter(Integer.MAX_VALUE);
        RestAssured.get("/q/health/ready").then().body("status", is("UP"));
    }

    private static Status.Code statusOf(Runnable call) {
        try {
            call.run();
            return Status.Code.OK;
        } catch (StatusRuntimeException refused) {
            return refused.getStatus().getCode();
        }
    }
}
