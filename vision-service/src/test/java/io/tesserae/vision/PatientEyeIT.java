package io.tesserae.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.tensor.v1.ElementType;
import io.tesserae.vision.v1.EncodeRequest;
import io.tesserae.vision.v1.EncodeResponse;
import io.tesserae.vision.v1.VisionEncoderGrpc;
import jakarta.inject.Inject;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to tiles that wait: here they wait a minute for a batch of eight. */
@QuarkusTest
@TestProfile(VisionProfile.Patient.class)
@Timeout(120)
class PatientEyeIT {

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @Inject
    VisionModel model;

    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = StageChannels.open("localhost:" + port);
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        channel.shutdownNow();
        untilQueued(0);
    }

    private void untilQueued(int tiles) throws InterruptedException {
        while (model.encoding().queued() != tiles) {
            Thread.sleep(1);
        }
    }

    private static EncodeRequest tiles(int count) {
        return EncodeRequest.newBuilder().addAllTiles(Collections.nCopies(count, GoldenTiles.tile(0))).build();
    }

    @Test
    void aCallerThatLeavesTakesItsTilesAlong() throws InterruptedException {
        ListenableFuture<EncodeResponse> call = VisionEncoderGrpc.newFutureStub(channel).encode(tiles(3));
        untilQueued(3);
        call.cancel(true);
        untilQueued(0);
    }

    @Test
    void aDeadlineThatPassesTakesItsTilesAlong() throws InterruptedException {
        StatusRuntimeException late = assertThrows(StatusRuntimeException.class,
                () -> VisionEncoderGrpc.newBlockingStub(channel).withDeadlineAfter(500, TimeUnit.MILLISECONDS).encode(tiles(2)));
        assertEquals(Reason.DEADLINE_EXCEEDED, Failure.from(late).reason());
        untilQueued(0);
    }

    @Test
    void aFullQueueRefusesAndSaysWhenToComeBack() throws InterruptedException {
        VisionEncoderGrpc.newFutureStub(channel).encode(tiles(6));
        untilQueued(6);
        StatusRuntimeException full = assertThrows(StatusRuntimeException.class,
                () -> VisionEncoderGrpc.newBlockingStub(channel).encode(tiles(4)));
        Failure failure = Failure.from(full);
        assertEquals(Reason.QUEUE_FULL, failure.reason());
        assertTrue(failure.retryAfterSeconds() >= 1);
    }

    @Test
    void featuresMayTravelAsHalves() {
        EncodeResponse response = VisionEncoderGrpc.newBlockingStub(channel).encode(tiles(8));
        assertEquals(ElementType.ELEMENT_TYPE_FLOAT16, response.getTiles(7).getFeatures(0).getTensor().getElementType());
        GoldenTiles.assertFeatures(0, response.getTiles(7), 2e-3f);
    }
}
