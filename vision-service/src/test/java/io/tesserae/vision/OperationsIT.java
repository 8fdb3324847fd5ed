package io.tesserae.vision;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.grpc.ManagedChannel;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.vision.v1.EncodeRequest;
import io.tesserae.vision.v1.VisionEncoderGrpc;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator sees: health, reflection, metrics. */
@QuarkusTest
@TestProfile(VisionProfile.class)
class OperationsIT {

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

    @Test
    void isReadyOverHttpAndGrpc() {
        given().get("/q/health/ready").then().statusCode(200).body("checks.name", hasItem("eye"));
        for (String service : List.of("", VisionEncoderGrpc.SERVICE_NAME)) {
            HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(service).build();
            assertEquals(ServingStatus.SERVING, HealthGrpc.newBlockingStub(channel).check(request).getStatus(), service);
        }
    }

    @Test
    void listsItsServices() throws Exception {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> requests = ServerReflectionGrpc.newStub(channel).serverReflectionInfo(new StreamObserver<>() {
            @Override
            public void onNext(ServerReflectionResponse response) {
                answer.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                answer.completeExceptionally(new IllegalStateException("no answer"));
            }
        });
        requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        assertTrue(answer.get(10, TimeUnit.SECONDS).getListServicesResponse().getServiceList().stream()
                .anyMatch(service -> service.getName().equals(VisionEncoderGrpc.SERVICE_NAME)));
        requests.onCompleted();
    }

    @Test
    void measuresRunsWaitsAndBatchesAsHistograms() {
        VisionEncoderGrpc.newBlockingStub(channel).encode(EncodeRequest.newBuilder().addTiles(GoldenTiles.tile(0)).build());
        String tags = "{model=\"test-eye\",stage=\"encode\",le=\"";
        given().get("/q/metrics").then().statusCode(200)
                .body(containsString("tesserae_stage_duration_seconds_bucket" + tags))
                .body(containsString("tesserae_queue_wait_seconds_bucket" + tags))
                .body(containsString("tesserae_batch_size_bucket" + tags));
    }
}
