package io.tesserae.engines.triton;

import inference.GRPCInferenceServiceGrpc;
import inference.GrpcService.ModelInferRequest;
import inference.GrpcService.ModelInferResponse;
import inference.GrpcService.ModelStreamInferResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.tesserae.contract.failure.Reason;
import io.tesserae.engines.EngineException;
import java.time.Duration;
import java.util.function.Consumer;

/** One request to a decoupled model, on a stream of its own. */
final class TokenStream extends ClientCall.Listener<ModelStreamInferResponse> {

    private static final MethodDescriptor<ModelInferRequest, ModelStreamInferResponse> STREAM =
            SharedContents.of(GRPCInferenceServiceGrpc.getModelStreamInferMethod(), ModelStreamInferResponse.parser());
    private static final String FINAL = "triton_final_response";

    private final TritonOptions options;
    private final TritonServer server;
    private final TokenStreams.Listener listener;
    private final Consumer<TokenStream> whenOver;
    private final ClientCall<ModelInferRequest, ModelStreamInferResponse> call;
    private volatile long lastWord = System.nanoTime();
    private boolean over;

    TokenStream(TritonOptions options, TritonServer server, TokenStreams.Listener listener, Consumer<TokenStream> whenOver) {
        this.options = options;
        this.server = server;
        this.listener = listener;
        this.whenOver = whenOver;
        this.call = server.channel().newCall(STREAM, CallOptions.DEFAULT);
    }

    void begin(ModelInferRequest request) {
        server.began();
        call.start(this, new Metadata());
        call.request(Integer.MAX_VALUE);
        call.sendMessage(request);
    }

    @Override
    public void onMessage(ModelStreamInferResponse message) {
        lastWord = System.nanoTime();
        if (!message.getErrorMessage().isEmpty()) {
            refused(message.getErrorMessage());
            return;
        }
        ModelInferResponse answer = message.getInferResponse();
        try {
            if (answer.getOutputsCount() > 0 && !isOver()) {
                listener.answer(TensorMessages.outputs(answer));
            }
        } catch (EngineException malformed) {
            fail(malformed);
            return;
        }
        if (answer.getParametersMap().containsKey(FINAL) && answer.getParametersOrThrow(FINAL).getBoolParam() && end(Status.OK)) {
            call.halfClose();
            listener.finished();
        }
    }

    /** A stream says in words alone what a call says by its status. */
    private void refused(String words) {
        Status.Code code = TritonFailures.saysNoRoom(words) ? Status.Code.RESOURCE_EXHAUSTED
                : TritonFailures.saysAway(words) ? Status.Code.UNAVAILABLE : Status.Code.INTERNAL;
        ended(code.toStatus().withDescription(words));
        call.cancel("the request was refused", null);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        ended(status.isOk() ? Status.UNAVAILABLE.withDescription("the stream ended before the answer did") : status);
    }

    private void ended(Status status) {
        if (end(status)) {
            listener.failed(TritonFailures.explained(options.modelInWords(), server.address(), status));
        }
    }

    /** Fails the call, unless it is over. */
    void fail(EngineException failure) {
        if (end(null)) {
            call.cancel(failure.getMessage(), null);
            listener.failed(failure);
        }
    }

    void requireWord(long now, Duration silence) {
        if (now - lastWord > silence.toNanos()) {
            Status silent = Status.DEADLINE_EXCEEDED.withDescription("nothing was heard for " + silence.toMillis() + " ms");
            if (end(silent)) {
                call.cancel(silent.getDescription(), null);
                listener.failed(new EngineException(Reason.STAGE_UNAVAILABLE, options.modelInWords() + " on Triton at " + server.address() + ": "
                        + silent.getDescription(), null));
            }
        }
    }

    /** Nobody wants the rest: the server is told, and stops. */
    void cancel() {
        if (end(null)) {
            call.cancel("nobody wants the rest", null);
        }
    }

    private synchronized boolean isOver() {
        return over;
    }

    /** Whether this was the end. {@code status}: null where we gave it up ourselves. */
    private boolean end(Status status) {
        synchronized (this) {
            if (over) {
                return false;
            }
            over = true;
        }
        server.ended(status);
        whenOver.accept(this);
        return true;
    }
}
