package io.tesserae.engines.triton;

import inference.GrpcService.InferParameter;
import inference.GrpcService.ModelInferRequest;
import io.grpc.Context;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.EngineException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;

/**
 * A decoupled model on Triton, whose answer to one request are many: each call is a {@code ModelStreamInfer} stream of its own, so that leaving it stops that
 * request on the server and no other. Thread-safe. Opening it reaches nobody; the servers are asked in the background.
 */
public final class TokenStreams implements AutoCloseable {

    private static final long LONGEST_SWEEP_MILLIS = 1000;

    /** Takes the answers of one request, one call at a time: {@code answer}s, then exactly one of the others. */
    public interface Listener {

        /** Outputs by name. */
        void answer(Map<String, Tensor> outputs);

        /** The model has said all. */
        void finished();

        /** The request cannot be answered to its end; {@link EngineException#reason} says why. */
        void failed(EngineException failure);
    }

    private final TritonOptions options;
    private final TritonServers servers;
    private final Duration silence;
    private final Set<TokenStream> open = ConcurrentHashMap.newKeySet();
    private final ScheduledFuture<?> sweep;

    private TokenStreams(TritonOptions options, ModelCard card, Duration silence) {
        this.options = options;
        this.servers = TritonServers.watch(options, card);
        this.silence = silence;
        this.sweep = TritonServers.every(Math.max(1, Math.min(LONGEST_SWEEP_MILLIS, silence.toMillis() / 4)), this::sweep);
    }

    /** @param silence how long a server may say nothing in a call before it counts as lost */
    public static TokenStreams open(TritonOptions options, ModelCard card, Duration silence) {
        return new TokenStreams(options, card, silence);
    }

    /** Throws {@link EngineException} that says of each server why it takes no calls, unless one does. */
    public void check() {
        servers.check();
    }

    /** The model as Triton describes it; empty while no server has it ready. */
    public Optional<Found> found() {
        return servers.anyFound();
    }

    /**
     * Begins a call on the server that has the fewest. Never throws and never waits.
     *
     * @param id       names the request in Triton's logs and traces
     * @param priority Triton's level; 0 is the model's default
     * @return what gives the call up; harmless once it is over
     */
    public Runnable begin(Map<String, Tensor> inputs, String id, int priority, Listener listener) {
        TritonServer server;
        try {
            servers.check();
            server = servers.next(null);
        } catch (EngineException nobody) {
            listener.failed(nobody);
            return () -> { };
        }
        ModelInferRequest.Builder request = TensorMessages.request(inputs, Set.of())
                .setModelName(options.model()).setModelVersion(options.version()).setId(id)
                // Without it the end of an answer would only show in the stream's own end.
                .putParameters("triton_enable_empty_final_response", InferParameter.newBuilder().setBoolParam(true).build());
        if (priority > 0) {
            request.putParameters("priority", InferParameter.newBuilder().setUint64Param(priority).build());
        }
        TokenStream stream = new TokenStream(options, server, listener, open::remove);
        open.add(stream);
        Context.current().fork().run(() -> stream.begin(request.build()));
        return stream::cancel;
    }

    private void sweep() {
        long now = System.nanoTime();
        open.forEach(stream -> stream.requireWord(now, silence));
    }

    /** Ends every call with STAGE_UNAVAILABLE and lets go of all connections. */
    @Override
    public void close() {
        sweep.cancel(false);
        open.forEach(stream -> stream.fail(new EngineException(Reason.STAGE_UNAVAILABLE, "the engine is closed", null)));
        servers.close();
    }
}
