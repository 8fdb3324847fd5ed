package io.tesserae.engines.triton;

import inference.GRPCInferenceServiceGrpc;
import inference.GrpcService.ModelInferRequest;
import inference.GrpcService.ModelInferResponse;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Caller;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.Engine;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.TensorSpec;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A graph run by Triton. A run is one {@code ModelInfer} call: it ends with its caller's deadline, is given up on Triton where nobody waits for it any
 * more, and is made again elsewhere, or when a server is back, where one could not take it or was lost: runs change nothing.
 */
public final class TritonEngine implements Engine {

    private static final MethodDescriptor<ModelInferRequest, ModelInferResponse> INFER =
            SharedContents.of(GRPCInferenceServiceGrpc.getModelInferMethod(), ModelInferResponse.parser());
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 500;

    private final TritonOptions options;
    private final TritonServers servers;
    private final Found found;
    private final Runnable retried;

    private TritonEngine(TritonOptions options, TritonServers servers, Runnable retried) {
        this.options = options;
        this.servers = servers;
        this.found = servers.found();
        this.retried = retried;
    }

    /**
     * Connects and waits for the model. Throws {@link EngineException} that says why it cannot be used, or where it differs from its card.
     *
     * @param retried told of each call that is made again
     */
    public static TritonEngine open(TritonOptions options, ModelCard card, Runnable retried) {
        return new TritonEngine(options, TritonServers.open(options, card), retried);
    }

    @Override
    public String name() {
        return "triton";
    }

    @Override
    public Map<String, TensorSpec> inputs() {
        return found.inputs();
    }

    @Override
    public Map<String, TensorSpec> outputs() {
        return found.outputs();
    }

    @Override
    public int mostRows() {
        return found.maxBatch() == 0 ? Integer.MAX_VALUE : found.maxBatch();
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, Set<String> outputs, Cancellation cancellation) {
        servers.requireOpen();
        RunChecks.fits(found, inputs, outputs);
        if (cancellation.isCancelled()) {
            throw new CancellationException("cancelled before it ran");
        }
        if (RunChecks.isEmptyBatch(inputs)) {
            return RunChecks.emptyBatch(found, outputs);
        }
        Deadline deadline = Deadline.after(options.timeout().toNanos(), TimeUnit.NANOSECONDS);
        deadline = Caller.deadline().orElse(deadline).minimum(deadline);
        ModelInferRequest request = CallDetails.of(options, deadline).fill(TensorMessages.request(inputs, outputs)).build();
        return TensorMessages.outputs(persevere(request, deadline, cancellation));
    }

    /** Tries until somebody answers, patience or the deadline is over, or nobody waits any more. */
    private ModelInferResponse persevere(ModelInferRequest request, Deadline deadline, Cancellation cancellation) {
        long givenUp = System.nanoTime() + Math.min(options.patience().toNanos(), deadline.timeRemaining(TimeUnit.NANOSECONDS));
        TritonServer failed = null;
        for (long pause = FIRST_PAUSE_MILLIS;; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            EngineException failure;
            TritonServer server = null;
            try {
                server = servers.next(failed);
                return call(server, request, deadline, cancellation);
            } catch (Refusal refusal) {
                failure = refusal.explained;
                if (!refusal.mayGoElsewhere) {
                    throw failure;
                }
            } catch (EngineException nobody) {
                failure = nobody;
            }
            if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause) > givenUp) {
                throw failure;
            }
            TritonServers.pause(pause);
            if (cancellation.isCancelled()) {
                throw new CancellationException("cancelled while Triton was away");
            }
            failed = server;
            retried.run();
        }
    }

    /** A call that a server did not answer. */
    private static final class Refusal extends Exception {

        private final EngineException explained;
        private final boolean mayGoElsewhere;

        private Refusal(EngineException explained, boolean mayGoElsewhere) {
            super(explained);
            this.explained = explained;
            this.mayGoElsewhere = mayGoElsewhere;
        }
    }

    private ModelInferResponse call(TritonServer server, ModelInferRequest request, Deadline deadline, Cancellation cancellation) throws Refusal {
        server.began();
        Status ended = Status.OK;
        // The run's own context would end the call with the caller that came first.
        Context outer = Context.current().fork().attach();
        try {
            Future<ModelInferResponse> answer = ClientCalls.futureUnaryCall(
                    ClientInterceptors.intercept(server.channel(), MetadataUtils.newAttachHeadersInterceptor(Caller.headers()))
                            .newCall(INFER, CallOptions.DEFAULT.withDeadline(deadline)), request);
            try (Cancellation.Registration stop = cancellation.onCancel(() -> answer.cancel(true))) {
                return answer.get();
            }
        } catch (ExecutionException refused) {
            ended = Status.fromThrowable(refused.getCause());
            throw new Refusal(TritonFailures.explained(options.modelInWords(), server.address(), ended), TritonFailures.mayGoElsewhere(ended));
        } catch (InterruptedException hurried) {
            ended = null;
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while Triton ran");
        } catch (CancellationException left) {
            ended = null;
            throw left;
        } finally {
            Context.current().detach(outer);
            server.ended(ended);
        }
    }

    @Override
    public void check() {
        servers.check();
    }

    @Override
    public void close() {
        servers.close();
    }
}
