package io.tesserae.vision;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tesserae.contract.channel.ReplicaCalls;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.channel.StageTls;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Metrics;
import io.tesserae.contract.metric.Stage;
import io.tesserae.engines.Caller;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectorGrpc;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The projector as the eye sees it: all its replicas. A call is made again where one dies, and twice where one is slow. It ends with its
 * caller's: deadline, cancellation and trace context pass on.
 */
final class ProjectorClient implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ProjectorClient.class.getName());

    private final String address;
    private final Duration timeout;
    private final ManagedChannel channel;
    private final ScheduledExecutorService clock;
    private final ReplicaCalls calls;

    /**
     * @param hedging  see {@link VisionSettings#projectorHedging}
     * @param patience see {@link VisionSettings#projectorPatience}
     */
    ProjectorClient(String address, Duration timeout, Duration patience, double hedging, StageTls tls, MeterRegistry registry) {
        this.address = address;
        this.timeout = timeout;
        this.channel = StageChannels.open(address, tls);
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "vision-projector-retries");
            thread.setDaemon(true);
            return thread;
        });
        Counter retries = registry.counter(Metrics.RETRIES, Metrics.TAG_STAGE, Stage.PROJECT.tag());
        Counter hedges = registry.counter(Metrics.HEDGES, Metrics.TAG_STAGE, Stage.PROJECT.tag());
        this.calls = new ReplicaCalls(channel, patience, hedging, clock, new ReplicaCalls.Count() {
            @Override
            public void retried() {
                retries.increment();
            }

            @Override
            public void hedged() {
                hedges.increment();
            }
        });
    }

    /**
     * Projects features. Fails with the projector's own failure, or STAGE_UNAVAILABLE where it cannot be reached.
     *
     * @param caller context of the call that this is done for
     */
    CompletableFuture<ProjectResponse> project(ProjectRequest request, Context caller) {
        CompletableFuture<ProjectResponse> answer = new CompletableFuture<>();
        caller.run(() -> {
            Channel through = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(Caller.headers()));
            CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
            // An end to the caller's call ends the attempts through their context.
            calls.askHedged(through, ProjectorGrpc.getProjectMethod(), request, options).answer().whenComplete((response, refused) -> {
                try {
                    if (refused != null) {
                        throw explained(refused, caller);
                    }
                    checkCount(request, response);
                    answer.complete(response);
                } catch (Failure failure) {
                    answer.completeExceptionally(failure);
                }
            });
        });
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
        clock.shutdownNow();
    }
}
