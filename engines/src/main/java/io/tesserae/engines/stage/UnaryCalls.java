package io.tesserae.engines.stage;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.EngineException;
import java.util.concurrent.CompletionException;
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

    /** An engine elsewhere may be away, full or late: that is told, what the operator's message names is not. */
    private Failure failure(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (!(cause instanceof EngineException elsewhere) || elsewhere.reason() == Reason.INTERNAL) {
            return Failure.from(thrown);
        }
        log.log(System.Logger.Level.WARNING, elsewhere.getMessage());
        return switch (elsewhere.reason()) {
            case QUEUE_FULL -> Failure.overload(Reason.QUEUE_FULL, 1, "the stage's engine has no room");
            case DEADLINE_EXCEEDED -> Failure.of(Reason.DEADLINE_EXCEEDED, "the stage's engine did not answer in time", elsewhere);
            default -> Failure.of(elsewhere.reason(), "the stage's engine is unavailable", elsewhere);
        };
    }

    private void refuse(StreamObserver<?> observer, Cancellation cancellation, Throwable thrown) {
        Failure failure = failure(thrown);
        if (failure.reason() == Reason.INTERNAL) {
            log.log(System.Logger.Level.ERROR, "a call failed", thrown);
        }
        if (!cancellation.isCancelled()) {
            observer.onError(failure.toStatus());
        }
    }
}
