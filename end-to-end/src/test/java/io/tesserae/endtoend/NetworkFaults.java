package io.tesserae.endtoend;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.bench.load.Asker;
import io.tesserae.bench.load.Heard;
import io.tesserae.bench.load.Script;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The network between gateway and stages is slow, lossy, cut, half open. Where one replica of a stage is behind a bad line, nothing is lost; where all
 * are, every request ends by its deadline and a second. Part of the chaos suite: needs Toxiproxy's server ({@code tesserae.toxiproxy}).
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkFaults {

    private static final long DEADLINE_SECONDS = 8;

    private FaultyNetwork network;
    private Fleet fleet;
    private ServiceProcess hurried;
    private int hurriedPort;

    @BeforeAll
    void start() {
        String program = System.getProperty("tesserae.toxiproxy", "");
        assumeTrue(!program.isEmpty(), "Toxiproxy's server is needed");
        network = new FaultyNetwork(program);
        List<String> seen = new ArrayList<>();
        Map<String, UnaryOperator<String>> through = new HashMap<>();
        for (String stage : Fleet.STAGES) {
            through.put(stage, replicas -> {
                String proxies = network.before(stage, replicas);
                seen.add("-Dtesserae.gateway." + stage.replace("-service", "") + "=" + proxies);
                return proxies;
            });
        }
        fleet = new Fleet(WholePathContract.MODEL, 2, through, "tesserae.gateway.embedding-cache=0");
        hurriedPort = ServiceProcess.freePort();
        seen.add("-Dquarkus.grpc.server.port=" + ServiceProcess.freePort());
        seen.add("-Dtesserae.gateway.deadline=" + DEADLINE_SECONDS + "s");
        seen.add("-Dtesserae.gateway.embedding-cache=0");
        seen.add("-Xmx320m");
        hurried = new ServiceProcess("gateway", hurriedPort, seen).start().awaitReady();
    }

    @AfterAll
    void stop() {
        if (network != null) {
            hurried.close();
            fleet.close();
            network.close();
        }
    }

    @AfterEach
    void mend() {
        network.mend();
    }

    /** One replica of each stage is behind a bad line for some seconds, then the other one of each. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "latency    | both       | {\"latency\":200,\"jitter\":100}",
        "bandwidth  | both       | {\"rate\":200}",
        "slicer     | both       | {\"average_size\":700,\"size_variation\":300,\"delay\":2000}",
        "reset_peer | downstream | {\"timeout\":50}",
        "timeout    | both       | {\"timeout\":0}",
        "timeout    | upstream   | {\"timeout\":0}",
        "timeout    | downstream | {\"timeout\":0}"})
    void nothingIsLostWhereOneReplicaIsBehindABadLine(String type, String stream, String attributes) {
        Disturbance load = new Disturbance(fleet, 3);
        for (int bad = 0; bad < 2; bad++) {
            for (String stage : Fleet.STAGES) {
                network.spoil(network.of(stage).get(bad), type, stream, attributes);
            }
            load.awaitAnswers(6);
            network.mend();
            load.awaitAnswers(3);
        }
        load.nothingWasLost("one line of each stage: " + type + " " + stream + " " + attributes);
    }

    /** All replicas of one stage are behind a line that swallows everything. */
    @ParameterizedTest
    @CsvSource({"vision-service,both", "vision-service,downstream", "llm-service,both", "llm-service,upstream", "llm-service,downstream"})
    void deadlinesHoldWhereAWholeStageIsSwallowed(String stage, String stream) {
        Asker asker = new Asker(URI.create("http://127.0.0.1:" + hurriedPort), Duration.ofSeconds(60));
        Disturbance.await("all is well", () -> Script.mixed().stream().allMatch(question -> asker.ask(question.body()).whole()));
        network.of(stage).forEach(proxy -> network.spoil(proxy, "timeout", stream, "{\"timeout\":0}"));
        List<CompletableFuture<Heard>> asked = Script.mixed().stream()
                .map(question -> CompletableFuture.supplyAsync(() -> asker.ask(question.body()))).toList();
        double longest = 0;
        int failed = 0;
        for (CompletableFuture<Heard> each : asked) {
            Heard heard = each.join();
            longest = Math.max(longest, heard.wholeMillis());
            failed += heard.whole() ? 0 : 1;
            assertFalse(heard.trouble().startsWith("HttpTimeout"), heard.trouble());
        }
        Disturbance.write("all lines of " + stage + " swallow " + stream + ": " + failed + " of " + asked.size() + " requests failed, the longest took "
                + Math.round(longest) + " ms of " + DEADLINE_SECONDS + " s");
        assertTrue(failed > 0, "the stage was needed");
        assertTrue(longest < (DEADLINE_SECONDS + 1) * 1000, "took " + longest + " ms");
    }
}
