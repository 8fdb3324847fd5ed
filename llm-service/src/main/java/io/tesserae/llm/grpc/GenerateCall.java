package io.tesserae.llm.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.sampling.Logprobs;
import io.tesserae.llm.scheduler.AnswerEnd;
import io.tesserae.llm.scheduler.AnswerListener;
import io.tesserae.llm.scheduler.GenerationRequest;
import io.tesserae.llm.scheduler.Sequence;
import io.tesserae.llm.text.Prompt;
import io.tesserae.llm.v1.Delta;
import io.tesserae.llm.v1.GenerateRequest;
import io.tesserae.llm.v1.GenerateResponse;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.SlotEmbeddings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * One Generate call. Its caller's messages come on a transport thread, its tokens on the engine's; all of it is guarded by this object. Exactly one
 * finish or error is sent.
 *
 * <p>A caller that reads slowly costs nothing but memory for its own answer: tokens gather in one delta until the stream takes it.
 */
final class GenerateCall implements StreamObserver<GenerateRequest>, AnswerListener {

    private static final Logger LOG = Logger.getLogger(GenerateCall.class);

    private final ServedModel.Loaded model;
    private final ServerCallStreamObserver<GenerateResponse> answers;
    private final Executor planning;
    private final CallRegister register;

    private boolean started;
    private boolean halfClosed;
    private boolean closed;
    private final List<SlotEmbeddings> early = new ArrayList<>();
    private Sequence sequence;
    private SlotArrivals arrivals;
    private Delta.Builder gathered = Delta.newBuilder();
    private final StringBuilder gatheredText = new StringBuilder();
    private GenerateResponse finish;
    private long unreadSince;

    GenerateCall(ServedModel.Loaded model, ServerCallStreamObserver<GenerateResponse> answers, Executor planning, CallRegister register) {
        this.model = model;
        this.answers = answers;
        this.planning = planning;
        this.register = register;
        answers.setOnCancelHandler(this::cancelled);
        answers.setOnReadyHandler(this::flush);
        register.opened(this);
    }

    @Override
    public synchronized void onNext(GenerateRequest message) {
        if (closed) {
            return;
        }
        try {
            switch (message.getMessageCase()) {
                case START -> start(message.getStart());
                case EMBEDDINGS -> arrived(message.getEmbeddings());
                case MESSAGE_NOT_SET -> throw Failure.inField(Reason.INVALID_FIELD, "message", "a message must hold start or embeddings");
            }
        } catch (RuntimeException refused) {
            fail(refused);
        }
    }

    private void start(GenerateStart start) {
        long now = System.nanoTime();
        if (started) {
            throw Failure.inField(Reason.INVALID_FIELD, "start", "start must be sent once");
        }
        started = true;
        RevisionCheck.require(model.manifest(), "start.model_revision", start.getModelRevision());
        model.engine().requireRoom();
        planning.execute(() -> plan(start, now));
    }

    /** Tokenizes and checks, away from the transport's thread. */
    private void plan(GenerateStart start, long startedNanos) {
        try {
            Prompt prompt = model.assembler().assemble(start.getPromptList());
            GenerationRequest request = model.requests().of(start, prompt, startedNanos);
            submit(new Sequence(request, this, model.tokenizer(), model.shape().vocabulary()));
        } catch (RuntimeException refused) {
            fail(refused);
        }
    }

    private synchronized void submit(Sequence planned) {
        if (closed) {
            return;
        }
        arrivals = new SlotArrivals(planned.request().prompt().slots(), model.shape(), planned::offer);
        early.forEach(arrivals::add);
        early.clear();
        if (halfClosed) {
            arrivals.requireAll();
        }
        sequence = planned;
        model.engine().submit(planned);
    }

    private void arrived(SlotEmbeddings embeddings) {
        if (!started) {
            throw Failure.inField(Reason.INVALID_FIELD, "start", "start must be the first message");
        }
        if (arrivals != null) {
            arrivals.add(embeddings);
            model.engine().wake(sequence);
        } else if (early.size() < model.shape().context()) {
            early.add(embeddings);
        } else {
            throw Failure.inField(Reason.INVALID_FIELD, "embeddings", "more embeddings than a prompt can have slots");
        }
    }

    @Override
    public synchronized void onCompleted() {
        halfClosed = true;
        if (closed) {
            return;
        }
        try {
            if (!started) {
                throw Failure.inField(Reason.INVALID_FIELD, "start", "the stream ended without a start");
            }
            if (arrivals != null) {
                arrivals.requireAll();
            }
        } catch (RuntimeException refused) {
            fail(refused);
        }
    }

    @Override
    public void onError(Throwable gone) {
        cancelled();
    }

    private synchronized void cancelled() {
        if (!closed) {
            close();
            register.cancelled();
        }
    }

    @Override
    public synchronized void token(long id, String text, Logprobs logprobs) {
        if (closed) {
            return;
        }
        gathered.addTokenIds(id);
        gatheredText.append(text);
        if (logprobs != null) {
            gathered.addLogprobs(Wire.logprob(model.tokenizer(), id, logprobs));
        }
        flush();
    }

    @Override
    public synchronized void finished(AnswerEnd end) {
        finish = Wire.finish(end);
        flush();
    }

    @Override
    public void failed(Failure failure) {
        fail(failure);
    }

    /** Sends what has gathered, if the stream takes it now. */
    private synchronized void flush() {
        if (closed) {
            return;
        }
        if (!answers.isReady()) {
            unreadSince = unreadSince == 0 ? System.nanoTime() : unreadSince;
            return;
        }
        unreadSince = 0;
        sendGathered();
        if (finish != null) {
            answers.onNext(finish);
            answers.onCompleted();
            close();
        }
    }

    private void sendGathered() {
        if (gathered.getTokenIdsCount() > 0) {
            answers.onNext(GenerateResponse.newBuilder().setDelta(gathered.setText(gatheredText.toString())).build());
            gathered = Delta.newBuilder();
            gatheredText.setLength(0);
        }
    }

    /** Ends the stream if nobody has read from it for that long. */
    synchronized void requireReader(long now, Duration patience) {
        if (!closed && unreadSince != 0 && now - unreadSince > patience.toNanos()) {
            fail(Failure.of(Reason.DEADLINE_EXCEEDED, "the stream was not read for " + patience.toSeconds() + " s"));
        }
    }

    private synchronized void fail(Throwable thrown) {
        if (closed) {
            return;
        }
        Failure failure = Failure.from(thrown);
        if (failure.reason() == Reason.INTERNAL && !(thrown instanceof Failure)) {
            LOG.error("a Generate call failed", thrown);
        }
        close();
        register.failed(failure.reason());
        try {
            sendGathered();
            answers.onError(failure.toStatus());
        } catch (RuntimeException gone) {
            LOG.debug("the caller had gone before it could be told", gone);
        }
    }

    private void close() {
        closed = true;
        register.closed(this);
        if (sequence != null && finish == null) {
            sequence.cancel();
            model.engine().wake(sequence);
        }
    }
}
