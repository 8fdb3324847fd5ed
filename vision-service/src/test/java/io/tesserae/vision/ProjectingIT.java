package io.tesserae.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.engines.stage.RequestChecks;
import io.tesserae.tensor.v1.Grid;
import io.tesserae.vision.v1.EncodeRequest;
import io.tesserae.vision.v1.EncodeResponse;
import io.tesserae.vision.v1.EncodedTile;
import io.tesserae.vision.v1.VisionEncoderGrpc;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Encode with {@code project}: features go on to a projector behind a real socket. */
@QuarkusTest
@TestProfile(VisionProfile.class)
@Timeout(120)
class ProjectingIT {

    private static final EncodeRequest REQUEST = EncodeRequest.newBuilder()
            .setProject(true)
            .addTiles(GoldenTiles.tile(0))
            .addTiles(GoldenTiles.tile(1))
            .addInstructionIds(5)
            .setNerve("linear")
            .build();

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @ConfigProperty(name = "tesserae.vision.projector")
    String address;

    @Inject
    VisionModel model;

    private ManagedChannel channel;
    private VisionEncoderGrpc.VisionEncoderBlockingStub eye;

    @BeforeEach
    void connect() {
        channel = StageChannels.open("localhost:" + port);
        eye = VisionEncoderGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    /** Encodes until the eye's channel has found the projector that was just started at its address. */
    private EncodeResponse encodeOnceConnected() throws InterruptedException {
        while (true) {
            try {
                return eye.encode(REQUEST);
            } catch (StatusRuntimeException refused) {
                assertEquals(Reason.STAGE_UNAVAILABLE, Failure.from(refused).reason(), refused.toString());
                Thread.sleep(50);
            }
        }
    }

    @Test
    void embeddingsComeBackInPlaceOfFeatures() throws Exception {
        try (ProjectorDouble projector = new ProjectorDouble(address, ProjectorDouble::echo)) {
            EncodeResponse response = encodeOnceConnected();
            assertEquals(2, response.getTilesCount());
            for (EncodedTile tile : response.getTilesList()) {
                assertEquals(0, tile.getFeaturesCount());
                assertEquals(List.of(16L, 3L), tile.getEmbeddings().getShapeList());
                assertEquals(Grid.newBuilder().setColumns(4).setRows(4).build(), tile.getGrid());
            }
            assertFalse(response.getTiles(0).getEmbeddings().equals(response.getTiles(1).getEmbeddings()));
            assertTrue(response.getTimings().getProjectMicros() > 0);
            assertEquals(model.encoding().card().getRevision(), projector.request.getModelRevision(), "a projector of another revision must refuse");
            assertEquals(List.of(5L), projector.request.getInstructionIdsList());
            assertEquals("linear", projector.request.getNerve());
        }
    }

    @Test
    void theCallersDeadlineAndTraceGoAlongButNotItsCredentials() throws Exception {
        try (ProjectorDouble projector = new ProjectorDouble(address, ProjectorDouble::echo)) {
            encodeOnceConnected();
            assertTrue(projector.deadline.timeRemaining(TimeUnit.SECONDS) >= 20, "without one the setting counts");
            Metadata.Key<String> trace = Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
            Metadata.Key<String> secret = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
            Metadata headers = new Metadata();
            headers.put(trace, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            headers.put(secret, "Bearer secret");
            eye.withDeadlineAfter(9, TimeUnit.SECONDS).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers)).encode(REQUEST);
            assertTrue(projector.deadline.timeRemaining(TimeUnit.SECONDS) < 9);
            assertEquals(headers.get(trace), projector.headers.get(trace));
            assertNull(projector.headers.get(secret));
        }
    }

    @Test
    void aCallerThatLeavesStopsTheProjector() throws Exception {
        try (ProjectorDouble projector = new ProjectorDouble(address, ProjectorDouble::echo)) {
            encodeOnceConnected();
            assertTrue(projector.called.await(5, TimeUnit.SECONDS));
        }
        try (ProjectorDouble hanging = new ProjectorDouble(address, (request, observer) -> { })) {
            ListenableFuture<EncodeResponse> call = VisionEncoderGrpc.newFutureStub(channel).encode(REQUEST);
            while (!hanging.called.await(50, TimeUnit.MILLISECONDS)) {
                if (call.isDone()) {
                    call = VisionEncoderGrpc.newFutureStub(channel).encode(REQUEST);
                }
            }
            call.cancel(true);
            assertTrue(hanging.cancelled.await(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void withoutItsProjectorTheEyeSaysSoAndStillEncodes() throws Exception {
        StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, () -> eye.encode(REQUEST));
        Failure failure = Failure.from(refused);
        assertEquals(Reason.STAGE_UNAVAILABLE, failure.reason());
        assertTrue(failure.getMessage().startsWith("the projector is unavailable"), failure.getMessage());
        assertEquals(2, eye.encode(REQUEST.toBuilder().setProject(false).clearInstructionIds().clearNerve().build()).getTilesCount());
    }

    @Test
    void aProjectorKilledInMidCallIsAClearFailure() throws Exception {
        try (ProjectorDouble dying = new ProjectorDouble(address, (request, observer) -> { })) {
            ListenableFuture<EncodeResponse> call = VisionEncoderGrpc.newFutureStub(channel).encode(REQUEST);
            while (!dying.called.await(50, TimeUnit.MILLISECONDS)) {
                if (call.isDone()) {
                    call = VisionEncoderGrpc.newFutureStub(channel).encode(REQUEST);
                }
            }
            dying.close();
            ListenableFuture<EncodeResponse> killed = call;
            Failure failure = Failure.from(assertThrows(ExecutionException.class, killed::get));
            assertEquals(Reason.STAGE_UNAVAILABLE, failure.reason());
        }
        try (ProjectorDouble restarted = new ProjectorDouble(address, ProjectorDouble::echo)) {
            assertEquals(2, encodeOnceConnected().getTilesCount(), "the next one serves");
            assertEquals(2, restarted.request.getTilesCount());
        }
    }

    @Test
    void theProjectorsOwnFailureIsPassedOnUnlessItBlamesWhatTheCallerNeverSent() throws Exception {
        assertEquals(Reason.REVISION_MISMATCH, failureOfProjector(Failure.of(Reason.REVISION_MISMATCH, "another revision")).reason());
        assertEquals(Reason.INTERNAL, failureOfProjector(RequestChecks.invalid("tiles[0].features", "lacks something")).reason());
        Failure unknown = failureOfProjector(RequestChecks.invalid("nerve", "is none of this model's"));
        assertEquals(Reason.INVALID_FIELD, unknown.reason(), "the caller did name the nerve");
        assertEquals("nerve", unknown.field().orElseThrow());
    }

    @Test
    void aNerveIsNamedOnlyWhereOneIsAskedFor() {
        EncodeRequest request = REQUEST.toBuilder().setProject(false).clearInstructionIds().build();
        Failure failure = Failure.from(assertThrows(StatusRuntimeException.class, () -> eye.encode(request)));
        assertEquals(Reason.INVALID_FIELD, failure.reason());
        assertEquals("nerve", failure.field().orElseThrow());
    }

    private Failure failureOfProjector(Failure answer) throws IOException, InterruptedException {
        try (ProjectorDouble refusing = new ProjectorDouble(address, (request, observer) -> observer.onError(answer.toStatus()))) {
            while (true) {
                Failure failure = Failure.from(assertThrows(StatusRuntimeException.class, () -> eye.encode(REQUEST)));
                if (failure.reason() != Reason.STAGE_UNAVAILABLE) {
                    return failure;
                }
                Thread.sleep(50);
            }
        }
    }
}
