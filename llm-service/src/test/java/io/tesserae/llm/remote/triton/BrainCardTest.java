package io.tesserae.llm.remote.triton;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.engines.triton.TritonOptions;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.remote.EchoServer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A model on Triton that is no brain of this shape is out of reach, and what differs is said. */
class BrainCardTest {

    private final TritonEcho server = new TritonEcho();

    @AfterEach
    void close() {
        server.close();
    }

    private void assertRefused(BrainShape shape, String named) {
        Duration minute = Duration.ofMinutes(1);
        TritonOptions options = TritonOptions.of(server.address(), TritonEcho.MODEL).withTimes(minute, minute, minute, Duration.ofMillis(20));
        try (TritonBrain brain = new TritonBrain(options, shape, "own", minute)) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            String trouble = trouble(brain);
            while (!trouble.contains(named) && System.nanoTime() < deadline) {
                Thread.onSpinWait();
                trouble = trouble(brain);
            }
            assertTrue(trouble.contains(named), trouble);
        }
    }

    private static String trouble(TritonBrain brain) {
        try {
            brain.check();
            return "none";
        } catch (Failure away) {
            assertEquals(Reason.STAGE_UNAVAILABLE, away.reason());
            return away.getCause().getMessage();
        }
    }

    private static BrainShape shape(int ropeAxes) {
        return new BrainShape(1, 1, 1, EchoServer.WIDTH, 60000, 8192, ropeAxes, 0);
    }

    @Test
    void widthOfAnEmbedding() {
        server.width = 12;
        assertRefused(shape(0), "takes embeddings of width 12, the model's have 8");
    }

    @Test
    void typeOfAnEmbedding() {
        server.embedsType = "INT64";
        assertRefused(shape(0), "input 'prompt_embeds' is INT64, must be floating-point");
    }

    @Test
    void aModelThatCannotStream() {
        server.decoupled = false;
        assertRefused(shape(0), "it is not decoupled");
    }

    @Test
    void positionsOnThreeAxes() {
        assertRefused(shape(3), "has no input 'position_ids'");
    }

    @Test
    void anotherRevision() {
        server.revision = "other";
        assertRefused(shape(0), "made of revision other of the model, the model folder holds own");
    }
}
