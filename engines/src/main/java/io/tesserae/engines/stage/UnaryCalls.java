package io.tesserae.engines.stage;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.engines.Cancellation;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Answers gRPC calls that take one message and give one, without holding their thread. */
public final class UnaryCalls {

    private final System.Logger log;

    /** @param service named in the log */
    public UnaryCalls(Class<?> service) {
        this.log = System.getLogger(service.getName());
    }

    /**
     * Answers a call with what {@code work} comes to, or with its failure. The cancellation that the work gets is the call's:
     * the caller left or its deadline passed. Called on the thread that the call came in on.
     */
    public <R> void answer(StreamObserver<R> observer, Function<Cancellation, CompletionStage<R>> work) {
        Cancellation cancellation = new Cancellation();
        ((ServerCallStreamObserver<R>) observer).setOnCancelHandler(cancellation::cancel);
        try {
            work.apply(cancellation).whenComplete((response, failure) -> {
                if (failure != null) {
                    refuse(observer, cancellation, failure);
                } else if (!cancellation.isCancelled()) {
                    send(observer, response);
                }
            });
        } catch (RuntimeException refused) {
            refuse(observer, cancellation, refused);
        }
    }

    private <R> void send(StreamObserver<R> observer, R response) {
        try {
            observer.onNext(response);
            observer.onCompleted();
        } catch (RuntimeException gone) {
            // The caller may leave between the question whether it is there and this answer.
            log.log(System.Logger.Level.DEBUG, "an answer could not be sent", gone);
        }
    }

    private void refuse(StreamObserver<?> observer, Cancellation cancellation, Throwable thrown) {
        Failure failure = Failure.from(thrown);
        if (failure.reason() == Reason.INTERNAL) {
            log.log(System.Logger.Level.ERROR, "a call failed", thrown);
        }
        if (!cancellation.isCancelled()) {
            observer.onError(failure.toStatus());
        }
    }
}
