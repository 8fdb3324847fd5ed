package io.tesserae.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.bench.load.Asker;
import io.tesserae.bench.load.Heard;
import io.tesserae.bench.load.Script;
import io.tesserae.bench.load.Tally;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Replicas are killed and asked to end one after the other while questions are asked: as long as one of each stage lives, no question is lost and every
 * answer is the undisturbed one. Part of the chaos suite; {@code tesserae.chaos.rounds} says how often.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplicaDeath {

    private static final int ROUNDS = Integer.getInteger("tesserae.chaos.rounds", 3);
    private static final int REPLICAS = Integer.getInteger("tesserae.chaos.replicas", 2);
    private static final long SEED = Long.getLong("tesserae.chaos.seed", 1);

    private Fleet fleet;

    @BeforeAll
    void start() {
        // A picture that is known needs no eye: without the cache every question about one does.
        fleet = new Fleet(WholePathContract.MODEL, REPLICAS, "tesserae.gateway.embedding-cache=0");
    }

    @AfterAll
    void stop() {
        fleet.close();
    }

    @Test
    @Order(1)
    void nothingIsLostWhileOneReplicaOfEachStageLives() {
        Random random = new Random(SEED);
        Disturbance load = new Disturbance(fleet, 3);
        for (int round = 0; round < ROUNDS; round++) {
            // The first rounds kill one of each stage; then chance has it.
            String stage = round < Fleet.STAGES.size() ? Fleet.STAGES.get(Fleet.STAGES.size() - 1 - round)
                    : Fleet.STAGES.get(random.nextInt(Fleet.STAGES.size()));
            List<ServiceProcess> replicas = fleet.replicas(stage);
            ServiceProcess victim = replicas.get(random.nextInt(replicas.size()));
            Disturbance.pause(random.nextInt(700));
            victim.kill();
            load.awaitAnswers(1);
            victim.start().awaitReady();
        }
        Tally tally = load.nothingWasLost(ROUNDS + " rounds of kill -9 of one of " + REPLICAS + " replicas of a stage");
        assertTrue(tally.answered() >= ROUNDS, "each round had its load");
        assertEquals(0, fleet.metric("tesserae_handover_bytes"), "nothing is kept for answers that have ended");
    }

    @Test
    @Order(2)
    void nothingIsLostWhileReplicasAreReplacedInTurn() {
        Disturbance load = new Disturbance(fleet, 3);
        for (String stage : Fleet.STAGES) {
            List<ServiceProcess> replicas = fleet.replicas(stage);
            // All of them where there is time; in the suite that always runs, one of each stage.
            for (ServiceProcess replica : ROUNDS > 10 ? replicas : replicas.subList(0, 1)) {
                replica.terminate(60);
                replica.start().awaitReady();
            }
        }
        load.nothingWasLost("every stage restarted in turn, " + (ROUNDS > 10 ? "all replicas" : "one replica each"));
    }

    @Test
    @Order(3)
    void aGatewayThatIsAskedToEndFinishesItsStreams() throws Exception {
        CompletableFuture<Heard> stream = stream(longStory());
        fleet.gateway().terminate(60);
        Heard heard = stream.get(60, TimeUnit.SECONDS);
        assertEquals("", heard.trouble());
        assertEquals(200, heard.choices().get(0).tokens().size());
        fleet.gateway().start().awaitReady();
    }

    @Test
    @Order(4)
    void aGatewayThatIsKilledIsAConnectionErrorAndLeavesNothingBehind() throws Exception {
        CompletableFuture<Heard> stream = stream(longStory());
        fleet.gateway().kill();
        Heard heard = stream.get(20, TimeUnit.SECONDS);
        assertTrue(heard.trouble().contains("IOException") || heard.trouble().contains("without [DONE]"), heard.trouble());
        Disturbance.await("the brains have let go of it", () -> fleet.replicas("llm-service").stream()
                .allMatch(brain -> RunningSystem.metric(brain, "tesserae_requests_running") == 0));
        fleet.gateway().start().awaitReady();
        assertEquals("", new Asker(fleet.http(), Duration.ofSeconds(60)).ask(Script.mixed().get(0).body()).trouble());
    }

    private static ObjectNode longStory() {
        ObjectNode body = ChatCalls.greedy("Tell me a very long story.", "low", 200).put("ignore_eos", true).put("stream", true);
        body.putObject("stream_options").put("include_usage", true);
        return body;
    }

    /** A stream of which the first tokens are generated. */
    private CompletableFuture<Heard> stream(ObjectNode body) {
        double before = fleet.metric("tesserae_generated_tokens_total");
        CompletableFuture<Heard> heard = CompletableFuture.supplyAsync(() -> new Asker(fleet.http(), Duration.ofSeconds(60)).ask(body));
        Disturbance.await("it streams", () -> fleet.metric("tesserae_generated_tokens_total") > before + 5);
        return heard;
    }
}
