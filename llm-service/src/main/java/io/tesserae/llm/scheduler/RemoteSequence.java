package io.tesserae.llm.scheduler;

import com.google.common.util.concurrent.MoreExecutors;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.llm.decoder.Overlay;
import io.tesserae.llm.remote.RemoteBrain;
import io.tesserae.llm.remote.RemoteListener;
import io.tesserae.llm.remote.RemoteRequest;
import io.tesserae.llm.sampling.Logprobs;
import io.tesserae.llm.sampling.SamplingOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/**
 * One sequence on its way through an engine elsewhere: it waits for its pictures, for a place, for tokens. All of it happens in its own turn, one event after the
 * other on whichever worker is free. Where the engine is lost on the way, the answer goes on at another of its addresses behind what was generated.
 */
final class RemoteSequence {

    private static final Logger LOG = Logger.getLogger(RemoteSequence.class);
    /** Beginnings that may fail one after the other without a token between them. */
    private static final int MOST_ATTEMPTS = 3;

    private final RemoteEngine engine;
    private final Sequence sequence;
    private final long number;
    private final Executor turn;
    private boolean wantsPlace;
    private boolean over;
    private int attempts;
    private long begun;
    private RemoteBrain.Run run;
    /** Counts beginnings, so that what an earlier one still says is not taken for a later one's. */
    private int beginning;

    RemoteSequence(RemoteEngine engine, Sequence sequence, long number, Executor workers) {
        this.engine = engine;
        this.sequence = sequence;
        this.number = number;
        this.turn = MoreExecutors.newSequentialExecutor(workers);
    }

    int priority() {
        return sequence.request().priority();
    }

    long number() {
        return number;
    }

    Sequence sequence() {
        return sequence;
    }

    /** Throws a {@link Failure} where the engine cannot do what is asked for. */
    void requireSupported() {
        if (sequence.request().grammar() != null) {
            throw Failure.inField(Reason.UNSUPPORTED_FIELD, "start.constraint", "the engine " + engine.name() + " cannot hold an answer to a form");
        }
        engine.brain().requireSupported(request(new Tensor(ElementKind.FLOAT32, new long[] {0, engine.shape().hidden()}, ByteBuffer.allocate(0)), Optional.empty()));
    }

    /** Something may have changed that it waits for. */
    void look() {
        inTurn(this::lookNow);
    }

    /** It has a place at the engine. */
    void seated() {
        inTurn(() -> {
            if (over) {
                return;
            }
            if (sequence.clock.admitted()) {
                engine.metrics().admitted(sequence);
            }
            begin();
        });
    }

    /** It cannot go on. */
    void end(Failure failure) {
        inTurn(() -> endNow(failure));
    }

    private void inTurn(Runnable event) {
        try {
            turn.execute(() -> guarded(event));
        } catch (RejectedExecutionException closed) {
            LOG.debugf("request %s had ended before this could be heard", sequence.request().id());
        }
    }

    private void guarded(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | OutOfMemoryError broken) {
            LOG.errorf(broken, "request %s failed on its way through the %s engine", sequence.request().id(), engine.name());
            endNow(Failure.of(Reason.INTERNAL, "the engine failed"));
        }
    }

    private void lookNow() {
        if (over) {
            return;
        }
        if (sequence.cancelled()) {
            endNow(Failure.of(Reason.CANCELLED, "the caller went away"));
        } else if (sequence.ended() != null) {
            // What was generated elsewhere was the whole answer.
            finishNow();
        } else if (sequence.missingSlot() >= 0) {
            requirePatience(sequence.missingSlot());
        } else if (!wantsPlace) {
            sequence.clock.goesOn(System.nanoTime());
            wantsPlace = true;
            engine.wantsPlace(this);
        }
    }

    private void requirePatience(int slot) {
        long now = System.nanoTime();
        sequence.clock.waits(now);
        if (now - sequence.lastArrivalNanos() > engine.limits().embeddingsTimeout().toNanos()) {
            endNow(Failure.inField(Reason.DEADLINE_EXCEEDED, "embeddings[" + slot + "]", "embeddings of slot " + slot + " did not come within "
                    + engine.limits().embeddingsTimeout().toSeconds() + " s"));
        }
    }

    private void begin() {
        if (sequence.cancelled()) {
            return; // The next look ends it.
        }
        begun = System.nanoTime();
        attempts++;
        long[] ids = Arrays.copyOf(sequence.tokens(), sequence.size());
        Overlay pictures = sequence.pictures(engine.shape().hidden());
        Tensor embeddings = engine.table().embed(ids, pictures);
        run = engine.brain().begin(request(embeddings, positions(ids.length, pictures)), new Ears(++beginning));
    }

    private Optional<Tensor> positions(int tokens, Overlay pictures) {
        int axes = engine.shape().ropeAxes();
        if (axes == 0) {
            return Optional.empty();
        }
        ByteBuffer positions = ByteBuffer.allocate(8 * axes * tokens).order(ByteOrder.LITTLE_ENDIAN);
        pictures.place(positions.asLongBuffer(), tokens, 0);
        return Optional.of(new Tensor(ElementKind.INT64, new long[] {axes, tokens}, positions));
    }

    private RemoteRequest request(Tensor embeddings, Optional<Tensor> positions) {
        GenerationRequest asked = sequence.request();
        int prompt = asked.prompt().ids().length;
        long[] generated = Arrays.copyOfRange(sequence.tokens(), prompt, sequence.size());
        return new RemoteRequest(asked.id(), asked.prompt().ids(), generated, embeddings, positions, stretch(asked.sampling(), generated.length),
                asked.topLogprobs(), asked.maxTokens() - generated.length, asked.endIds(), asked.priority());
    }

    /** A stretch of an answer draws from a stream of its own: engines elsewhere count from the stretch's first token, not from the answer's. */
    private static SamplingOptions stretch(SamplingOptions asked, int generated) {
        return generated == 0 ? asked : new SamplingOptions(asked.temperature(), asked.topP(), asked.topK(), asked.minP(), asked.repetitionPenalty(),
                asked.frequencyPenalty(), asked.presencePenalty(), asked.seed() + generated, asked.biasIds(), asked.biases());
    }

    private void token(long id, Logprobs logprobs) {
        if (sequence.ended() != null) {
            return;
        }
        if (id < 0 || id >= engine.shape().vocabulary()) {
            LOG.errorf("the %s engine generated id %d for request %s, which is beyond the vocabulary of %d: it holds another model", engine.name(), id,
                    sequence.request().id(), engine.shape().vocabulary());
            endNow(Failure.of(Reason.INTERNAL, "the " + engine.name() + " engine holds another model"));
            return;
        }
        attempts = 0;
        if (sequence.clock.beforeFirstToken()) {
            sequence.clock.computed(System.nanoTime() - begun);
            engine.metrics().prefilled(sequence);
        }
        sequence.accept(id, logprobs);
        engine.metrics().token(sequence);
        if (sequence.ended() != null) {
            finishNow();
        }
    }

    private void lost(Failure failure) {
        run = null;
        if (failure.reason() == Reason.STAGE_UNAVAILABLE && attempts < MOST_ATTEMPTS && again()) {
            LOG.warnf("request %s goes on elsewhere after %d tokens: %s", sequence.request().id(), sequence.generated(), failure.getMessage());
            engine.metrics().failedOver();
            begin();
        } else {
            endNow(failure);
        }
    }

    /** Whether the rest of the answer can be asked for anew. */
    private boolean again() {
        try {
            engine.brain().check();
            requireSupported();
            return true;
        } catch (Failure out) {
            return false;
        }
    }

    private void finishNow() {
        if (sequence.end().stop().isEmpty()) {
            // The engine stops by itself where its last token ended the answer, and its connection can be used again; after a stop string it would not.
            run = null;
        }
        leave();
        engine.metrics().finished(sequence);
        engine.took((sequence.clock.prefill() + sequence.clock.decode()) / 1e9);
        sequence.listener().finished(sequence.end());
    }

    private void endNow(Failure failure) {
        if (!over) {
            leave();
            sequence.listener().failed(failure);
        }
    }

    private void leave() {
        over = true;
        if (run != null) {
            run.cancel();
            run = null;
        }
        sequence.forgetEmbeddings();
        sequence.state = Sequence.State.ENDED;
        engine.left(this);
    }

    /** What one beginning says, in the sequence's turn. */
    private final class Ears implements RemoteListener {

        private final int mine;

        Ears(int mine) {
            this.mine = mine;
        }

        @Override
        public void token(long id, Logprobs logprobs) {
            hear(() -> RemoteSequence.this.token(id, logprobs));
        }

        @Override
        public void finished() {
            hear(() -> endNow(Failure.of(Reason.INTERNAL, "the " + engine.name() + " engine ended the answer early")));
        }

        @Override
        public void failed(Failure failure) {
            hear(() -> lost(failure));
        }

        private void hear(Runnable event) {
            inTurn(() -> {
                if (!over && mine == beginning) {
                    event.run();
                }
            });
        }
    }
}
