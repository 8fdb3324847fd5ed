package io.tesserae.vision;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.channel.StageTls;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.engines.Caller;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectorGrpc;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The projector as the eye sees it. A call ends with its caller's: deadline, cancellation and trace context pass on. */
final class ProjectorClient implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ProjectorClient.class.getName());

    private final String address;
    private final Duration timeout;
    private final ManagedChannel channel;

    ProjectorClient(String address, Duration timeout, StageTls tls) {
        this.address = address;
        this.timeout = timeout;
        this.channel = StageChannels.open(address, tls);
    }

    /**
     * Projects features. Fails with the projector's own failure, or STAGE_UNAVAILABLE where it cannot be reached.
     *
     * @param caller context of the call that this is done for
     */
    CompletableFuture<ProjectResponse> project(ProjectRequest request, Context caller) {
        CompletableFuture<ProjectResponse> answer = new CompletableFuture<>();
        caller.run(() -> ProjectorGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(Caller.headers()))
                .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .project(request, new StreamObserver<>() {
                    @Override
                    public void onNext(ProjectResponse response) {
                        checkCount(request, response);
                        answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable refused) {
                        answer.completeExceptionally(explained(refused, caller));
                    }

                    @Override
                    public void onCompleted() {
                        answer.completeExceptionally(Failure.of(Reason.INTERNAL, "the projector answered nothing"));
                    }
                }));
        return answer;
    }

    private static void checkCount(ProjectRequest request, ProjectResponse response) {
        if (request.getTilesCount() != response.getTilesCount()) {
            throw Failure.of(Reason.INTERNAL,
                    "the projector answered " + response.getTilesCount() + " tiles for " + request.getTilesCount());
        }
    }

    private Failure explained(Throwable refused, Context caller) {
        Failure failure = Failure.from(refused);
        return switch (failure.reason()) {
            case STAGE_UNAVAILABLE -> unavailable(failure);
            // A projector that is stopped by force cancels its calls; nobody here has left.
            case CANCELLED -> caller.isCancelled() ? failure : unavailable(failure);
            // The caller sent no features: that the eye's do not fit the projector is not its fault. A nerve and an instruction it did send.
            case INVALID_FIELD -> failure.field().filter(field -> field.equals("nerve") || field.startsWith("instruction_ids")).isPresent()
                    ? failure : Failure.of(Reason.INTERNAL, "the projector refuses this eye's features", refused);
            case DEADLINE_EXCEEDED -> Failure.of(Reason.DEADLINE_EXCEEDED, "the projector did not answer in time", refused);
            default -> failure;
        };
    }

    private Failure unavailable(Failure failure) {
        LOG.log(System.Logger.Level.WARNING, "the projector at {0} is unavailable: {1}", address, failure.getMessage());
        return Failure.of(Reason.STAGE_UNAVAILABLE, "the projector is unavailable: " + failure.getMessage(), failure);
    }

    /** Lets calls under way finish. */
    @Override
    public void close() {
        channel.shutdown();
        try {
            channel.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        channel.shutdownNow();
    }
}
