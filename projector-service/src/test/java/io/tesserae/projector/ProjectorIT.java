package io.tesserae.projector;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.projector.v1.DescribeRequest;
import io.tesserae.projector.v1.DescribeResponse;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectorGrpc;
import io.tesserae.projector.v1.TileFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Describe and Project over a real socket, and what an operator sees. */
@QuarkusTest
@TestProfile(ProjectorProfile.class)
class ProjectorIT {

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    private ManagedChannel channel;
    private ProjectorGrpc.ProjectorBlockingStub nerve;

    @BeforeEach
    void connect() {
        channel = StageChannels.open("localhost:" + port);
        nerve = ProjectorGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    @Test
    void describesItself() {
        DescribeResponse card = nerve.describe(DescribeRequest.getDefaultInstance());
        assertEquals("test-pixel-shuffle", card.getModel());
        assertEquals("pixel-shuffle", card.getKind());
        assertEquals(64, card.getRevision().length());
        assertEquals(8, card.getMaxBatch());
        assertEquals("pixel-shuffle", card.getNerve());
        assertEquals(1, card.getNervesCount());
    }

    @Test
    void concurrentCallsShareBatchesAndKeepTheirOwnResults() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            List<Future<ProjectResponse>> calls = new ArrayList<>();
            for (int caller = 0; caller < 32; caller++) {
                ProjectRequest request = ProjectRequest.newBuilder().addTiles(GoldenFeatures.tile(caller % GoldenFeatures.count())).build();
                calls.add(threads.submit(() -> nerve.project(request)));
            }
            int largest = 0;
            for (int caller = 0; caller < 32; caller++) {
                ProjectResponse response = calls.get(caller).get();
                GoldenFeatures.assertEmbeddings("pixel-shuffle", caller % GoldenFeatures.count(),
                        WireTensors.fromMessage(response.getTiles(0).getEmbeddings()), 1e-5f);
                largest = Math.max(largest, response.getTimings().getBatchSize());
            }
            assertTrue(largest > 1 && largest <= 8, "largest batch " + largest);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aBadTileIsNamed() {
        ProjectRequest request = ProjectRequest.newBuilder().addTiles(GoldenFeatures.tile(0)).addTiles(TileFeatures.getDefaultInstance()).build();
        Failure failure = Failure.from(assertThrows(StatusRuntimeException.class, () -> nerve.project(request)));
        assertEquals(Reason.INVALID_FIELD, failure.reason());
        assertEquals("tiles[1].features", failure.field().orElseThrow());
    }

    @Test
    void aNerveThatTheModelLacksIsNamed() {
        ProjectRequest request = ProjectRequest.newBuilder().setNerve("linear").addTiles(GoldenFeatures.tile(0)).build();
        Failure failure = Failure.from(assertThrows(StatusRuntimeException.class, () -> nerve.project(request)));
        assertEquals(Reason.INVALID_FIELD, failure.reason());
        assertEquals("nerve", failure.field().orElseThrow());
    }

    @Test
    void isReadyAndMeasured() {
        nerve.project(ProjectRequest.newBuilder().addTiles(GoldenFeatures.tile(0)).build());
        given().get("/q/health/ready").then().statusCode(200).body("checks.name", hasItem("projector"));
        HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(ProjectorGrpc.SERVICE_NAME).build();
        assertEquals(ServingStatus.SERVING, HealthGrpc.newBlockingStub(channel).check(request).getStatus());
        given().get("/q/metrics").then().statusCode(200)
                .body(containsString("tesserae_stage_duration_seconds_bucket{model=\"test-pixel-shuffle\",stage=\"project\",le=\""))
                .body(containsString("tesserae_batch_size_bucket{model=\"test-pixel-shuffle\",stage=\"project\",le=\""));
    }
}
