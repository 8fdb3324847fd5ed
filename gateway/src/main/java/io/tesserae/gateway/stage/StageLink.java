package io.tesserae.gateway.stage;

import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.CallOptions;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;
import io.tesserae.contract.channel.Asked;
import io.tesserae.contract.channel.ReplicaCalls;
import io.tesserae.contract.channel.Route;
import io.tesserae.contract.channel.Verdict;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.trace.CallTrace;
import io.tesserae.gateway.errand.Errand;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The way to one stage and its replicas. Calls carry the request's deadline and end with it. */
final class StageLink {

    private final RemoteStage stage;
    private final ManagedChannel channel;
    private final ReplicaCalls calls;
    private final Duration patience;
    private final Counter failovers;
    private final boolean remote;

    /** @param patience how long a stage that is away is waited for */
    StageLink(RemoteStage stage, ManagedChannel channel, boolean remote, ReplicaCalls calls, Duration patience, Counter failovers) {
        this.stage = stage;
        this.channel = channel;
        this.calls = calls;
        this.patience = patience;
        this.failovers = failovers;
        this.remote = remote;
    }

    /** One message there, one back; again where a replica dies ({@link ReplicaCalls}). Completes with the answer or with a {@link Failure}. */
    <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request, Errand errand) {
        return told(calls.ask(method, request, options(errand), Route.anywhere()), errand, replica -> { });
    }

    /** As {@link #call}, of a second replica as well where the first is slow. {@code replica} is told who answered, before the answer completes. */
    <Q, R> CompletableFuture<R> callHedged(MethodDescriptor<Q, R> method, Q request, Errand errand, Consumer<String> replica) {
        return told(calls.askHedged(channel, method, request, options(errand)), errand, replica);
    }

    private <Q, R> CompletableFuture<R> told(Asked<Q, R> asked, Errand errand, Consumer<String> replica) {
        Errand.Handle handle = errand.onAbort(asked::cancel);
        CompletableFuture<R> answer = new CompletableFuture<>();
        asked.answer().whenComplete((value, thrown) -> {
            handle.close();
            if (thrown == null) {
                replica.accept(asked.replica().map(StageLink::named).orElse(remote ? "" : "in-process"));
                answer.complete(value);
            } else {
                answer.completeExceptionally(errand.failure().orElseGet(() -> failureOf(thrown)));
            }
        });
        return answer;
    }

    /** Asks every replica that is ready, one after the other. Those that fail or take longer than a second are left out, unless all do. */
    <Q, R> CompletableFuture<List<R>> callEach(MethodDescriptor<Q, R> method, Q request, Errand errand) {
        return next(method, request, errand, Route.anywhere(), new ArrayList<>());
    }

    private <Q, R> CompletableFuture<List<R>> next(
            MethodDescriptor<Q, R> method, Q request, Errand errand, Route route, List<R> answers) {
        Route.Attempt attempt = route.elsewhere();
        CompletableFuture<R> one = new CompletableFuture<>();
        CallOptions soon = options(errand).withDeadline(errand.deadline().minimum(Deadline.after(1, TimeUnit.SECONDS)));
        var call = channel.newCall(method, attempt.in(soon));
        Errand.Handle handle = errand.onAbort(() -> call.cancel("the request has ended", null));
        ClientCalls.asyncUnaryCall(call, request, new OneAnswer<>(one));
        return one.handle((answer, thrown) -> {
            handle.close();
            if (thrown == null) {
                answers.add(answer);
            }
            boolean goOn = attempt.placed() && errand.failure().isEmpty();
            if (goOn) {
                return next(method, request, errand, route, answers);
            }
            return thrown == null || !answers.isEmpty()
                    ? CompletableFuture.completedFuture(answers)
                    : CompletableFuture.<List<R>>failedFuture(errand.failure().orElseGet(() -> failureOf(thrown)));
        }).thenCompose(whole -> whole);
    }

    private static String named(SocketAddress address) {
        return address instanceof InetSocketAddress socket ? socket.getHostString() + ":" + socket.getPort() : address.toString();
    }

    /**
     * Messages both ways. Returns the caller's side; {@code observer} must ask for messages itself.
     *
     * @param brief whether the observer only ever does a little for each message: it then hears them on the connection's own thread, where
     *              the stage is not in this JVM, whose threads have work of their own to do
     */
    <Q, R> StreamObserver<Q> open(
            MethodDescriptor<Q, R> method, Route.Attempt attempt, boolean brief, Errand errand, ClientResponseObserver<Q, R> observer) {
        CallOptions options = attempt.in(options(errand));
        return ClientCalls.asyncBidiStreamingCall(
                channel.newCall(method, brief && remote ? options.withExecutor(MoreExecutors.directExecutor()) : options), observer);
    }

    /** How long a stage that is away is waited for. */
    Duration patience() {
        return patience;
    }

    /** Whether a call that was opened here may be opened again now; it is counted then. */
    boolean mayRetry() {
        return calls.mayRetry();
    }

    /** A stream went on at another replica. */
    void wentOn() {
        failovers.increment();
    }

    /** Has replicas that are away looked for at once. */
    void lookAgain() {
        calls.lookAgain();
    }

    private static CallOptions options(Errand errand) {
        return CallOptions.DEFAULT.withDeadline(errand.deadline()).withOption(CallTrace.PARENT, errand.trace().current());
    }

    /** The failure behind what a call ended with, in words that name the stage. */
    Failure failureOf(Throwable thrown) {
        Failure failure = Failure.from(thrown);
        if (Verdict.saysWhy(thrown)) {
            return failure;
        }
        return switch (failure.reason()) {
            // A stage that stops cancels its calls; where we cancelled, the errand's own failure is told instead.
            case STAGE_UNAVAILABLE, CANCELLED -> Failure.of(Reason.STAGE_UNAVAILABLE,
                    "the " + stage.title() + " stage cannot be reached; try again later", thrown);
            case DEADLINE_EXCEEDED -> Failure.of(Reason.DEADLINE_EXCEEDED,
                    "the answer was not finished within the deadline; the " + stage.title() + " stage was at work", thrown);
            default -> Failure.of(Reason.INTERNAL, "the " + stage.title() + " stage failed", thrown);
        };
    }

    void close() {
        channel.shutdownNow();
    }

    /** Completes a promise with a call's one answer. */
    private record OneAnswer<R>(CompletableFuture<R> promise) implements StreamObserver<R> {

        @Override
        public void onNext(R message) {
            promise.complete(message);
        }

        @Override
        public void onError(Throwable thrown) {
            promise.completeExceptionally(thrown);
        }

        @Override
        public void onCompleted() {
            // The one message was the answer.
        }
    }
}
