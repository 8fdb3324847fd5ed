package io.tesserae.llm.grpc;

import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.tesserae.contract.failure.Failure;
import io.tesserae.llm.v1.Delta;
import io.tesserae.llm.v1.Finish;
import io.tesserae.llm.v1.GenerateRequest;
import io.tesserae.llm.v1.GenerateResponse;
import io.tesserae.llm.v1.LanguageModelGrpc;
import io.tesserae.llm.v1.TokenLogprob;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A caller's end of one Generate call; insists on exactly one finish or error. */
final class Answer implements ClientResponseObserver<GenerateRequest, GenerateResponse> {

    private final boolean reads;
    private final List<Delta> deltas = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private ClientCallStreamObserver<GenerateRequest> requests;
    private Finish finish;
    private Failure failure;

    private Answer(boolean reads) {
        this.reads = reads;
    }

    static Answer open(Channel channel) {
        Answer answer = new Answer(true);
        LanguageModelGrpc.newStub(channel).generate(answer);
        return answer;
    }

    static Answer openWithin(Channel channel, int millis) {
        Answer answer = new Answer(true);
        LanguageModelGrpc.newStub(channel).withDeadlineAfter(millis, TimeUnit.MILLISECONDS).generate(answer);
        return answer;
    }

    /** Takes nothing until {@link #readAll}. */
    static Answer unread(Channel channel) {
        Answer answer = new Answer(false);
        LanguageModelGrpc.newStub(channel).generate(answer);
        return answer;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<GenerateRequest> stream) {
        requests = stream;
        if (!reads) {
            stream.disableAutoRequestWithInitial(0);
        }
    }

    void send(GenerateRequest message) {
        requests.onNext(message);
    }

    void halfClose() {
        requests.onCompleted();
    }

    void cancel() {
        requests.cancel("gone", null);
    }

    void readAll() {
        requests.request(100_000);
    }

    @Override
    public synchronized void onNext(GenerateResponse response) {
        if (finish != null) {
            throw new IllegalStateException("something came after the finish");
        }
        if (response.hasFinish()) {
            finish = response.getFinish();
        } else {
            deltas.add(response.getDelta());
            notifyAll();
        }
    }

    @Override
    public synchronized void onError(Throwable thrown) {
        failure = Failure.from(thrown);
        over.countDown();
    }

    @Override
    public void onCompleted() {
        over.countDown();
    }

    Answer awaitEnd() {
        try {
            if (!over.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the call did not end");
            }
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
        if (failure == null && finish == null) {
            throw new AssertionError("the call ended without finish or error");
        }
        return this;
    }

    Answer await() {
        awaitEnd();
        if (failure != null) {
            throw new AssertionError(failure.getMessage() + " " + failure.field(), failure);
        }
        return this;
    }

    synchronized void awaitTokens(int count) {
        try {
            while (ids().length < count) {
                wait(30_000);
            }
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    synchronized long[] ids() {
        return deltas.stream().flatMap(delta -> delta.getTokenIdsList().stream()).mapToLong(Long::longValue).toArray();
    }

    synchronized String text() {
        StringBuilder text = new StringBuilder();
        deltas.forEach(delta -> text.append(delta.getText()));
        return text.toString();
    }

    synchronized List<TokenLogprob> logprobs() {
        return deltas.stream().flatMap(delta -> delta.getLogprobsList().stream()).toList();
    }

    Finish finish() {
        return finish;
    }

    Failure failure() {
        return failure;
    }
}
