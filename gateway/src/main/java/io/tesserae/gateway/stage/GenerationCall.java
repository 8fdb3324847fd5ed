package io.tesserae.gateway.stage;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.channel.Route;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.llm.v1.GenerateRequest;
import io.tesserae.llm.v1.GenerateResponse;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.LanguageModelGrpc;
import java.util.BitSet;

/**
 * One call of one {@link Generation}, to one brain. Messages are asked for one at a time, each when the reader has taken the last, so that a
 * slow reader slows the brain and fills no memory here.
 */
final class GenerationCall implements ClientResponseObserver<GenerateRequest, GenerateResponse> {

    private final Generation generation;
    private final Route.Attempt attempt;
    private StreamObserver<GenerateRequest> request;
    private ClientCallStreamObserver<GenerateRequest> call;
    private final BitSet sent = new BitSet();
    private final int slots;
    private boolean over;

    GenerationCall(Generation generation, Route.Attempt attempt, int slots) {
        this.generation = generation;
        this.attempt = attempt;
        this.slots = slots;
    }

    /** Whether a replica was found for it. */
    boolean placed() {
        return attempt.placed();
    }

    /** {@code brief}: see {@link StageLink#open}. */
    synchronized void open(StageLink link, boolean brief, Errand errand, GenerateStart start) {
        request = link.open(LanguageModelGrpc.getGenerateMethod(), attempt, brief, errand, this);
        if (over) {
            return;
        }
        request.onNext(GenerateRequest.newBuilder().setStart(start).build());
        closeIfComplete();
    }

    /** Sends one slot's embeddings; ignored where the call has them, or has ended already. */
    synchronized void send(int slot, EyeOutput.Embeddings embeddings) {
        if (over || sent.get(slot)) {
            return;
        }
        sent.set(slot);
        request.onNext(GenerateRequest.newBuilder().setEmbeddings(GenerateMessages.embeddings(slot, embeddings)).build());
        closeIfComplete();
    }

    private void closeIfComplete() {
        if (sent.cardinality() == slots) {
            request.onCompleted();
        }
    }

    synchronized void cancel() {
        over = true;
        call.cancel("the request has ended", null);
    }

    private synchronized boolean ends() {
        boolean first = !over;
        over = true;
        return first;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<GenerateRequest> stream) {
        call = stream;
        stream.disableAutoRequestWithInitial(1);
    }

    @Override
    public void onNext(GenerateResponse response) {
        switch (response.getMessageCase()) {
            case DELTA -> generation.told(response.getDelta(), () -> call.request(1));
            case FINISH -> {
                if (ends()) {
                    generation.finished(response.getFinish());
                }
                call.request(1);
            }
            default -> call.request(1);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        // Also the echo of our own cancelling, which somebody may wait for.
        ends();
        generation.lost(this, thrown);
    }

    @Override
    public void onCompleted() {
        if (ends()) {
            generation.unfinished();
        }
    }
}
