package io.tesserae.gateway.stage;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Stage;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.llm.v1.Delta;
import io.tesserae.llm.v1.Finish;
import io.tesserae.llm.v1.GenerateRequest;
import io.tesserae.llm.v1.GenerateResponse;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.GenerateTimings;
import io.tesserae.llm.v1.LanguageModelGrpc;
import java.util.function.UnaryOperator;

/**
 * One answer being written. Messages are asked for one at a time, each when the reader has taken the last, so that a slow
 * reader slows the brain and fills no memory here.
 */
public final class Generation implements ClientResponseObserver<GenerateRequest, GenerateResponse> {

    private final StageLink link;
    private final boolean brief;
    private final UnaryOperator<Failure> blaming;
    private final Errand errand;
    private final GenerateListener listener;
    private final long start = System.nanoTime();
    private long firstToken;
    private int slotsMissing;
    private boolean finished;
    private boolean cancelled;
    private StreamObserver<GenerateRequest> request;
    private ClientCallStreamObserver<GenerateRequest> call;
    private Errand.Handle handle;

    /** {@code brief}: see {@link StageLink#open}. */
    Generation(StageLink link, boolean brief, Errand errand, GenerateListener listener, int slots, UnaryOperator<Failure> blaming) {
        this.blaming = blaming;
        this.link = link;
        this.brief = brief;
        this.errand = errand;
        this.listener = listener;
        this.slotsMissing = slots;
    }

    synchronized void start(GenerateStart message) {
        request = link.open(LanguageModelGrpc.getGenerateMethod(), brief, errand, this);
        request.onNext(GenerateRequest.newBuilder().setStart(message).build());
        closeIfComplete();
        handle = errand.onAbort(this::cancel);
    }

    private synchronized void cancel() {
        cancelled = true;
        call.cancel("the request has ended", null);
    }

    /** Sends one slot's embeddings. Any thread, any order, each slot once; ignored where the answer has ended already. */
    public synchronized void send(int slot, EyeOutput.Embeddings embeddings) {
        if (finished || cancelled) {
            return;
        }
        request.onNext(GenerateRequest.newBuilder().setEmbeddings(GenerateMessages.embeddings(slot, embeddings)).build());
        slotsMissing--;
        closeIfComplete();
    }

    private void closeIfComplete() {
        if (slotsMissing == 0) {
            request.onCompleted();
        }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<GenerateRequest> stream) {
        call = stream;
        stream.disableAutoRequestWithInitial(1);
    }

    @Override
    public void onNext(GenerateResponse response) {
        switch (response.getMessageCase()) {
            case DELTA -> {
                Delta delta = response.getDelta();
                firstToken = firstToken == 0 ? System.nanoTime() : firstToken;
                listener.tokens(delta.getText(), delta.getTokenIdsList(), GenerateMessages.logprobs(delta.getLogprobsList()));
                listener.whenReady(() -> call.request(1));
            }
            case FINISH -> {
                end();
                account(response.getFinish());
                listener.finish(GenerateMessages.generated(response.getFinish()));
                call.request(1);
            }
            default -> call.request(1);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        if (end()) {
            listener.fail(errand.failure().orElseGet(() -> blaming.apply(link.failureOf(thrown))));
        }
    }

    @Override
    public void onCompleted() {
        if (end()) {
            listener.fail(Failure.of(Reason.INTERNAL, "the llm stage ended an answer without saying why"));
        }
    }

    /** Whether this was the end, and not an echo of it. */
    private synchronized boolean end() {
        boolean first = !finished;
        finished = true;
        if (handle != null) {
            handle.close();
        }
        return first;
    }

    /** Counts from the first token in both directions: the brain's waiting for embeddings and the way there are what is left at the front. */
    private void account(Finish finish) {
        GenerateTimings timings = finish.getTimings();
        long now = System.nanoTime();
        long decode = timings.getDecodeMicros() * 1_000;
        long prefill = timings.getPrefillMicros() * 1_000;
        long queue = timings.getQueueMicros() * 1_000;
        long first = firstToken == 0 ? now - decode : firstToken;
        errand.clock().record(Stage.DECODE_TOKENS, first, Math.min(now, first + decode));
        errand.clock().record(Stage.PREFILL, Math.max(start, first - prefill), first);
        errand.clock().record(Stage.QUEUE, start, Math.min(now, start + queue));
    }
}
