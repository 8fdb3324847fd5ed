package io.tesserae.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectorGrpc;
import jakarta.inject.Inject;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to tiles that wait: here they wait a minute for a batch of eight. */
@QuarkusTest
@TestProfile(ProjectorProfile.Patient.class)
@Timeout(120)
class PatientNerveIT {

    private static final ProjectRequest REQUEST = ProjectRequest.newBuilder().addTiles(GoldenFeatures.tile(0)).build();

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @Inject
    ProjectorModel model;

    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = StageChannels.open("localhost:" + port);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    private void untilQueued(int tiles) throws InterruptedException {
        while (((GraphNerve) model.nerves().named("")).queued() != tiles) {
            Thread.sleep(1);
        }
    }

    @Test
    void aCallerThatLeavesTakesItsTilesAlong() throws InterruptedException {
        ListenableFuture<ProjectResponse> call = ProjectorGrpc.newFutureStub(channel).project(REQUEST);
        untilQueued(1);
        call.cancel(true);
        untilQueued(0);
    }

    @Test
    void aDeadlineThatPassesTakesItsTilesAlong() throws InterruptedException {
        StatusRuntimeException late = assertThrows(StatusRuntimeException.class,
                () -> ProjectorGrpc.newBlockingStub(channel).withDeadlineAfter(500, TimeUnit.MILLISECONDS).project(REQUEST));
        assertEquals(Reason.DEADLINE_EXCEEDED, Failure.from(late).reason());
        untilQueued(0);
    }
}
