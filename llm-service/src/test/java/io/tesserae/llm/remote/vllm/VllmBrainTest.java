package io.tesserae.llm.remote.vllm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.llm.remote.EchoServer;
import io.tesserae.llm.remote.Heard;
import io.tesserae.llm.remote.RemoteBrain;
import io.tesserae.llm.remote.RemoteBrainContract;
import io.tesserae.llm.remote.RemoteRequest;
import io.tesserae.llm.sampling.SamplingOptions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class VllmBrainTest extends RemoteBrainContract {

    private static final Vertx VERTX = Vertx.vertx();

    @AfterAll
    static void end() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Override
    protected EchoServer server() {
        return new EchoVllm(VERTX);
    }

    @Override
    protected RemoteBrain open(List<String> addresses) {
        return open(addresses, Optional.empty(), Optional.empty(), Duration.ofSeconds(30));
    }

    private static VllmBrain open(List<String> addresses, Optional<String> model, Optional<String> key, Duration silence) {
        return new VllmBrain(VERTX, new HttpClientOptions(), new VllmOptions(addresses.stream().map(URI::create).toList(), model, key, ElementKind.FLOAT32, true,
                4096, EchoServer.WIDTH, Duration.ofSeconds(2), silence, Duration.ofMillis(50)));
    }

    private static RemoteRequest request(SamplingOptions sampling, long... generated) {
        Tensor rows = new Tensor(ElementKind.FLOAT32, new long[] {1 + generated.length, EchoServer.WIDTH},
                ByteBuffer.allocate(4 * EchoServer.WIDTH * (1 + generated.length)));
        return new RemoteRequest("asked", new long[1], generated, rows, Optional.empty(), sampling, -1, 3, Set.of(77L), -2);
    }

    private static SamplingOptions penalties(float repetition, float frequency, float presence) {
        return new SamplingOptions(0, 1, 0, 0, repetition, frequency, presence, 0, new int[0], new float[0]);
    }

    /** Opens it with that server, waits until it was asked, and says what is wrong. */
    private static String trouble(EchoVllm server, Optional<String> model, Optional<String> key) {
        try (VllmBrain brain = open(List.of(server.address()), model, key, Duration.ofSeconds(30))) {
            for (int i = 0; i < 3000; i++) {
                try {
                    brain.check();
                    return "none";
                } catch (Failure said) {
                    assertEquals(Reason.STAGE_UNAVAILABLE, said.reason());
                    if (!said.getMessage().contains("has not been asked yet")) {
                        return said.getMessage();
                    }
                }
                Thread.sleep(10);
            }
            throw new AssertionError("it was never asked");
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    @Test
    void whatIsWrongWithAServerIsSaid() {
        try (EchoVllm server = new EchoVllm(VERTX)) {
            assertEquals("none", trouble(server, Optional.of("echo"), Optional.empty()));
            assertEquals("the vllm engine does not serve 'other' (tesserae.llm.vllm.model); it serves echo", trouble(server, Optional.of("other"), Optional.empty()));
            server.context = 2048;
            assertEquals("the vllm engine has a context of 2048 tokens (--max-model-len), less than the 4096 of this service; set tesserae.llm.context to 2048",
                    trouble(server, Optional.empty(), Optional.empty()));
            server.context = 8192;
            server.width = 16;
            assertTrue(trouble(server, Optional.empty(), Optional.empty()).contains("hidden_size 8 does not match the model's hidden_size 16"));
            server.width = EchoServer.WIDTH;
            server.key = "secret";
            assertEquals("the vllm engine refuses the key (tesserae.llm.remote.api-key): Unauthorized", trouble(server, Optional.empty(), Optional.of("wrong")));
            assertEquals("none", trouble(server, Optional.empty(), Optional.of("secret")));
            server.kill();
            assertTrue(trouble(server, Optional.empty(), Optional.empty()).startsWith("the vllm engine cannot be reached: "));
            server.restart();
        }
    }

    @Test
    void whatVllmCannotCountIsRefusedByName() {
        try (EchoVllm server = new EchoVllm(VERTX); RemoteBrain brain = open(List.of(server.address()))) {
            assertField("start.sampling.repetition_penalty", brain, request(penalties(1.1f, 0, 0)));
            assertField("start.sampling.frequency_penalty", brain, request(penalties(1, 1, 0), 5));
            assertField("start.sampling.presence_penalty", brain, request(penalties(1, 0, 1), 5));
            brain.requireSupported(request(penalties(1, 1, 1)));
            brain.requireSupported(request(penalties(1, 0, 0), 5));
        }
    }

    private static void assertField(String field, RemoteBrain brain, RemoteRequest request) {
        Failure refused = assertThrows(Failure.class, () -> brain.requireSupported(request));
        assertEquals(Reason.UNSUPPORTED_FIELD, refused.reason());
        assertEquals(field, refused.field().orElseThrow());
    }

    @Test
    void everythingElseIsPassedOnInItsOwnWords() {
        try (EchoVllm server = new EchoVllm(VERTX); RemoteBrain brain = open(List.of(server.address()))) {
            ask(brain);
            assertTrue(server.last.path("ignore_eos").asBoolean());
            assertTrue(server.last.path("return_token_ids").asBoolean());
            assertEquals(77, server.last.path("stop_token_ids").path(0).asLong());
            assertEquals(1, server.last.path("repetition_penalty").asDouble());
            assertEquals(-2, server.last.path("priority").asInt());
            assertEquals("echo", server.last.path("model").asText());
            assertTrue(server.last.path("request_id").asText().matches("asked-\\d+"));
        }
    }

    private static Failure ask(RemoteBrain brain) {
        while (true) {
            try {
                brain.check();
                break;
            } catch (Failure away) {
                Thread.onSpinWait();
            }
        }
        Heard heard = new Heard();
        brain.begin(request(SamplingOptions.GREEDY), heard);
        try {
            heard.awaitFinish();
            return null;
        } catch (AssertionError failed) {
            return heard.awaitFailure();
        }
    }

    @Test
    void aServerThatErrsIsGivenNothingForAWhile() {
        try (EchoVllm server = new EchoVllm(VERTX); RemoteBrain brain = open(List.of(server.address()))) {
            server.status = 429;
            assertEquals(Reason.QUEUE_FULL, ask(brain).reason());
            server.status = 400;
            Failure refused = ask(brain);
            assertEquals(Reason.INTERNAL, refused.reason());
            assertEquals("the vllm engine answered 400: told to", refused.getMessage());
            brain.check();
            server.status = 500;
            assertEquals(Reason.INTERNAL, ask(brain).reason());
            assertEquals(Reason.INTERNAL, ask(brain).reason());
            server.status = 503;
            assertEquals(Reason.STAGE_UNAVAILABLE, ask(brain).reason());
            server.status = 0;
            assertEquals(null, ask(brain));
        }
    }

    @Test
    void aServerThatFallsSilentIsGivenUp() {
        try (EchoVllm server = new EchoVllm(VERTX);
                VllmBrain brain = open(List.of(server.address()), Optional.empty(), Optional.empty(), Duration.ofMillis(500))) {
            ask(brain);
            server.holdAfter(1);
            assertEquals(Reason.STAGE_UNAVAILABLE, ask(brain).reason());
        }
    }

    @Test
    void numbersRoundToBfloat16AsTorchRounds() {
        float[] values = {0, -0f, 1, 1.00390625f, 1.01171875f, 3.4e38f, Float.MIN_VALUE, Float.POSITIVE_INFINITY, -2.71828f};
        int[] rounded = {0x0000, 0x8000, 0x3f80, 0x3f80, 0x3f82, 0x7f80, 0x0000, 0x7f80, 0xc02e};
        for (int i = 0; i < values.length; i++) {
            assertEquals(rounded[i], TorchFile.toBrain(values[i]) & 0xffff, Float.toString(values[i]));
        }
        assertTrue(Float.isNaN(Float.intBitsToFloat(TorchFile.toBrain(Float.NaN) << 16)));
    }
}
