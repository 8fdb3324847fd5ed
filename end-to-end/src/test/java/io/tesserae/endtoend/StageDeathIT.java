package io.tesserae.endtoend;

import static io.tesserae.endtoend.ChatCalls.greedy;
import static io.tesserae.endtoend.ChatCalls.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.restassured.response.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A stage is killed: the others stay healthy, requests fail clearly, and after a restart the next request works. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StageDeathIT {

    private SplitSystem system;
    private ChatCalls chat;
    private int asked;

    @BeforeAll
    void start() {
        system = new SplitSystem(WholePathContract.MODEL);
        chat = new ChatCalls(system.http());
    }

    @AfterAll
    void stop() {
        system.close();
    }

    @Test
    void aKilledEyeIsNamedAndComesBack() {
        killAndRestart(system.vision());
    }

    @Test
    void aKilledNerveIsNamedAndComesBack() {
        killAndRestart(system.projector());
    }

    @Test
    void aKilledBrainIsNamedAndComesBack() {
        killAndRestart(system.llm());
    }

    private void killAndRestart(ServiceProcess stage) {
        ObjectNode question = greedy("What is this?", "low", 8, Pictures.disc(200, 200));
        String answer = text(chat.answer(question));
        stage.kill();
        system.processes().stream().filter(process -> process != stage)
                .forEach(process -> assertTrue(process.alive() && process.healthy("live"), "the others live"));

        // Not the same picture: what the caches know is answered although the eye is dead.
        ObjectNode unseen = greedy("What is this?", "low", 8, Pictures.disc(200, 201 + ++asked));
        Response refused = chat.post(unseen);
        assertEquals(503, refused.statusCode(), refused.asString());
        assertFalse(refused.jsonPath().getString("error.message").isBlank());

        stage.start().awaitReady();
        assertEquals(answer, text(chat.answer(question)));
        assertFalse(text(chat.answer(unseen)).isBlank());
    }

    @Test
    void aRequestInFlightEndsWithAnErrorEvent() throws Exception {
        ObjectNode endless = greedy("Tell me a very long story.", "low", 1500);
        endless.put("ignore_eos", true).put("stream", true);
        double before = system.metric("tesserae_generated_tokens_total");
        CompletableFuture<Response> streaming = CompletableFuture.supplyAsync(() -> chat.post(endless));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (system.metric("tesserae_generated_tokens_total") < before + 10 && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        system.llm().kill();
        String stream = streaming.get(30, TimeUnit.SECONDS).asString();
        JsonNode last = ChatCalls.JSON.readTree(stream.substring(stream.lastIndexOf("data: {") + "data: ".length()).lines().findFirst().orElseThrow());
        assertTrue(last.has("error"), stream);
        system.llm().start().awaitReady();
        assertFalse(text(chat.answer(greedy("What is the capital of France?", "low", 8))).isBlank());
    }
}
