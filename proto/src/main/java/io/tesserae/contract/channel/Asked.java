package io.tesserae.contract.channel;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One call of {@link ReplicaCalls} and its attempts. At most two are open at once: the second is the hedge of a slow first.
 *
 * @param <Q> its request
 * @param <R> its answer
 */
public final class Asked<Q, R> {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(400);

    private final ReplicaCalls calls;
    private final Channel channel;
    private final MethodDescriptor<Q, R> method;
    private final Q request;
    private final CallOptions options;
    private final Route route;
    private final boolean hedged;
    private final Context context = Context.current();
    private final CompletableFuture<R> answer = new CompletableFuture<>();
    private final Set<ClientCall<Q, R>> open = new LinkedHashSet<>();
    private final long giveUp;
    private Duration pause = FIRST_PAUSE;
    private Throwable reason;
    private ScheduledFuture<?> hedge;
    private volatile SocketAddress replica;

    Asked(ReplicaCalls calls, Channel channel, MethodDescriptor<Q, R> method, Q request, CallOptions options, Route route, boolean hedged) {
        this.calls = calls;
        this.channel = channel;
        this.method = method;
        this.request = request;
        this.options = options;
        this.route = route;
        this.hedged = hedged;
        this.giveUp = System.nanoTime() + calls.patience().toNanos();
    }

    /** Completes with the answer, or with the status that the last attempt ended with. */
    public CompletableFuture<R> answer() {
        return answer;
    }

    /** The replica that answered; empty before that, and where replicas are not told apart. */
    public Optional<SocketAddress> replica() {
        return Optional.ofNullable(replica);
    }

    /** Nobody waits for the answer any more. */
    public void cancel() {
        end(null, Status.CANCELLED.withDescription("the request has ended").asRuntimeException());
    }

    void begin() {
        attempt(route.attempt());
        if (hedged) {
            calls.hedgeAfter().ifPresent(after -> hedgeAfter(after));
        }
    }

    private synchronized void hedgeAfter(Duration after) {
        if (!answer.isDone()) {
            hedge = calls.clock().schedule(this::hedge, after.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void hedge() {
        boolean alone;
        synchronized (this) {
            alone = !answer.isDone() && open.size() == 1;
        }
        if (alone && calls.mayHedge()) {
            attempt(route.elsewhere());
        }
    }

    private void attempt(Route.Attempt attempt) {
        context.run(() -> {
            ClientCall<Q, R> call = channel.newCall(method, attempt.in(options));
            synchronized (this) {
                if (answer.isDone()) {
                    return;
                }
                open.add(call);
            }
            ClientCalls.asyncUnaryCall(call, request, new Hearing(call, attempt));
            if (answer.isDone()) {
                call.cancel("the request has ended", null);
            }
        });
    }

    private void failed(ClientCall<Q, R> call, Route.Attempt attempt, Throwable thrown) {
        Verdict verdict = context.isCancelled() ? Verdict.FINAL : Verdict.of(thrown);
        synchronized (this) {
            open.remove(call);
            if (reason == null || attempt.placed() || verdict != Verdict.AWAY) {
                reason = thrown;
            }
            if (answer.isDone() || verdict != Verdict.FINAL && !open.isEmpty()) {
                // The other attempt may still be answered.
                return;
            }
        }
        boolean timeLeft = System.nanoTime() - giveUp < 0;
        if (verdict == Verdict.ELSEWHERE && attempt.placed() && timeLeft && calls.mayRetry()) {
            attempt(route.elsewhere());
        } else if (verdict == Verdict.AWAY && timeLeft && Verdict.of(reason) == Verdict.AWAY) {
            retry(attempt.placed());
        } else {
            end(null, reason);
        }
    }

    /** At once where a replica died, for there may be others; else after a pause. An attempt that reached no replica cost none anything. */
    private void retry(boolean placed) {
        if (placed && pause == FIRST_PAUSE && calls.mayRetry()) {
            pause = pause.multipliedBy(2);
            attempt(route.attempt());
            return;
        }
        calls.lookAgain();
        Duration now = pause;
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        calls.clock().schedule(() -> {
            if (!placed) {
                calls.retriedFreely();
                attempt(route.attempt());
            } else if (calls.mayRetry()) {
                attempt(route.attempt());
            } else if (System.nanoTime() - giveUp < 0) {
                retry(true);
            } else {
                end(null, reason);
            }
        }, now.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void end(R value, Throwable thrown) {
        List<ClientCall<Q, R>> left;
        synchronized (this) {
            if (answer.isDone()) {
                return;
            }
            left = List.copyOf(open);
            open.clear();
            if (hedge != null) {
                hedge.cancel(false);
            }
        }
        if (thrown == null) {
            answer.complete(value);
        } else {
            answer.completeExceptionally(thrown);
        }
        left.forEach(call -> call.cancel("nobody waits for this answer", null));
    }

    /** One attempt's end. */
    private final class Hearing implements StreamObserver<R> {

        private final ClientCall<Q, R> call;
        private final Route.Attempt attempt;
        private final long start = System.nanoTime();
        private R value;

        Hearing(ClientCall<Q, R> call, Route.Attempt attempt) {
            this.call = call;
            this.attempt = attempt;
        }

        @Override
        public void onNext(R message) {
            value = message;
        }

        @Override
        public void onError(Throwable thrown) {
            failed(call, attempt, thrown);
        }

        @Override
        public void onCompleted() {
            if (hedged) {
                calls.answered(System.nanoTime() - start);
            }
            attempt.replica().ifPresent(address -> replica = address);
            end(value, null);
        }
    }
}
