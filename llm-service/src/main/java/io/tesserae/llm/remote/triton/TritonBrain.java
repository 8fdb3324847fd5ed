package io.tesserae.llm.remote.triton;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.triton.TokenStreams;
import io.tesserae.engines.triton.TritonOptions;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.remote.RemoteBrain;
import io.tesserae.llm.remote.RemoteListener;
import io.tesserae.llm.remote.RemoteRequest;
import java.time.Duration;
import java.util.Map;
import org.jboss.logging.Logger;

/** Triton: any number of servers that hold one decoupled model. */
public final class TritonBrain implements RemoteBrain {

    private static final Logger LOG = Logger.getLogger(TritonBrain.class);
    /** Of three levels the middle one is usual; requests' own numbers have no bounds. */
    private static final int USUAL = 2;

    private final TokenStreams streams;

    /**
     * @param revision of the model folder, which Triton's model must be made of where it says what it is made of
     * @param silence  how long a server may say nothing before an answer goes on elsewhere
     */
    public TritonBrain(TritonOptions options, BrainShape shape, String revision, Duration silence) {
        this.streams = TokenStreams.open(options, BrainCard.of(shape, revision), silence);
    }

    @Override
    public String name() {
        return "triton";
    }

    @Override
    public void check() {
        try {
            streams.check();
        } catch (EngineException away) {
            throw failure(away);
        }
    }

    /** The operator's message goes to the log; a caller is told no addresses. */
    private static Failure failure(EngineException failed) {
        return switch (failed.reason()) {
            case QUEUE_FULL -> Failure.overload(Reason.QUEUE_FULL, 1, "the triton engine has no room");
            case STAGE_UNAVAILABLE, DEADLINE_EXCEEDED -> Failure.of(Reason.STAGE_UNAVAILABLE, "the triton engine is out of reach", failed);
            default -> Failure.of(Reason.INTERNAL, "the triton engine failed", failed);
        };
    }

    @Override
    public void requireSupported(RemoteRequest request) {
        streams.found().ifPresent(found -> BrainTensors.of(request, found));
    }

    @Override
    public Run begin(RemoteRequest request, RemoteListener listener) {
        try {
            check();
            Map<String, Tensor> tensors = BrainTensors.of(request, streams.found().orElseThrow(
                    () -> new EngineException(Reason.STAGE_UNAVAILABLE, "no server has the model", null)));
            int priority = USUAL + Integer.signum(request.priority());
            return streams.begin(tensors, request.id(), request.priority() == 0 ? 0 : priority, new Words(request.id(), listener))::run;
        } catch (Failure refused) {
            listener.failed(refused);
        } catch (EngineException away) {
            listener.failed(failure(away));
        }
        return () -> { };
    }

    /** From Triton's answers to tokens. */
    private record Words(String id, RemoteListener listener) implements TokenStreams.Listener {

        @Override
        public void answer(Map<String, Tensor> outputs) {
            BrainTensors.tokens(outputs).forEach(token -> listener.token(token.id(), token.logprobs()));
        }

        @Override
        public void finished() {
            listener.finished();
        }

        @Override
        public void failed(EngineException failure) {
            LOG.warnf("request %s: %s", id, failure.getMessage());
            listener.failed(TritonBrain.failure(failure));
        }
    }

    @Override
    public void close() {
        streams.close();
    }
}
