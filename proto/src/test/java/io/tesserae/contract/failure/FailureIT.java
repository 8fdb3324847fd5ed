package io.tesserae.contract.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.projector.v1.DescribeRequest;
import io.tesserae.projector.v1.DescribeResponse;
import io.tesserae.projector.v1.ProjectorGrpc;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Failures over a real socket: what the service threw is what its caller catches. */
class FailureIT {

    private volatile Throwable answer;
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forPort(0).addService(new ProjectorGrpc.ProjectorImplBase() {
            @Override
            public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
                observer.onError(answer);
            }
        }).build().start();
        channel = StageChannels.open("localhost:" + server.getPort());
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void everyReasonArrives(Reason reason) {
        Failure received = sent(Failure.of(reason, "because of it").toStatus());
        assertEquals(reason, received.reason());
        assertEquals("because of it", received.getMessage());
        assertEquals(Optional.empty(), received.field());
        assertEquals(reason.grpc(), Status.fromThrowable(received.getCause()).getCode());
    }

    @Test
    void fieldAndRetryArrive() {
        Failure received = sent(Failure.overload(Reason.QUEUE_FULL, 7, "voll: 队列已满").blaming("messages[0].content[1]").toStatus());
        assertEquals(Reason.QUEUE_FULL, received.reason());
        assertEquals(7, received.retryAfterSeconds());
        assertEquals(Optional.of("messages[0].content[1]"), received.field());
        assertEquals("voll: 队列已满", received.getMessage());
    }

    @Test
    void anEmptyMessageIsTheReason() {
        assertEquals("INTERNAL", sent(Failure.of(Reason.INTERNAL, null).toStatus()).getMessage());
    }

    /** Trailers are bounded: a caller whose own words come back at length must still learn why. */
    @Test
    void longMessagesAndFieldsAreCutNotLost() {
        Failure received = sent(Failure.inField(Reason.TEMPLATE_REFUSED, "x".repeat(50_000), "长".repeat(50_000)).toStatus());
        assertEquals(Reason.TEMPLATE_REFUSED, received.reason());
        assertTrue(received.getMessage().startsWith("长长长") && received.getMessage().endsWith("…"), received.getMessage());
        assertTrue(received.field().orElseThrow().startsWith("xxx"));
    }

    /** A peer of a later version: its status still says the kind. */
    @Test
    void reasonsOfNewerPeersAreReadByTheirStatus() {
        assertEquals(Reason.STAGE_UNAVAILABLE, sent(withInfo(Status.Code.UNAVAILABLE, "tesserae", "MOON_PHASE")).reason());
        assertEquals(Reason.PERMISSION_DENIED, sent(withInfo(Status.Code.PERMISSION_DENIED, "googleapis.com", "INVALID_FIELD")).reason());
    }

    @Test
    void plainStatusesAreRead() {
        assertEquals(Reason.REQUEST_TOO_LARGE, sent(Status.RESOURCE_EXHAUSTED.asRuntimeException()).reason());
        assertEquals("no such thing", sent(Status.NOT_FOUND.withDescription("no such thing").asRuntimeException()).getMessage());
        assertEquals(Reason.INTERNAL, sent(new IllegalStateException("secret")).reason());
    }

    @Test
    void aStageThatIsGoneIsUnavailable() throws InterruptedException {
        server.shutdownNow().awaitTermination();
        assertEquals(Reason.STAGE_UNAVAILABLE, sent(null).reason());
    }

    @Test
    void whatWasThrownIsFoundInsideWhatWrapsIt() {
        Failure failure = Failure.of(Reason.CONTEXT_FULL, "too long");
        assertEquals(failure, Failure.from(new CompletionException(new ExecutionException(failure))));
        assertEquals(Reason.CANCELLED, Failure.from(new CancellationException()).reason());
        assertEquals(Reason.DEADLINE_EXCEEDED, Failure.from(new TimeoutException()).reason());
    }

    /** What was not meant for callers is not told to them. */
    @Test
    void unexpectedExceptionsTellNothing() {
        Failure failure = Failure.from(new IllegalStateException("password in here"));
        assertEquals(Reason.INTERNAL, failure.reason());
        assertEquals("internal error", failure.getMessage());
    }

    private Failure sent(Throwable status) {
        answer = status;
        StatusRuntimeException thrown = assertThrows(StatusRuntimeException.class,
                () -> ProjectorGrpc.newBlockingStub(channel).describe(DescribeRequest.getDefaultInstance()));
        return Failure.from(thrown);
    }

    private static StatusRuntimeException withInfo(Status.Code code, String domain, String reason) {
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(code.value())
                .addDetails(Any.pack(ErrorInfo.newBuilder().setDomain(domain).setReason(reason).build()))
                .build());
    }
}
