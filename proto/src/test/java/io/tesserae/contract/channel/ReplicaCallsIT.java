package io.tesserae.contract.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectorGrpc;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls whose replicas die, refuse and dawdle. */
class ReplicaCallsIT {

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger retried = new AtomicInteger();
    private final AtomicInteger hedged = new AtomicInteger();
    private Replicas replicas;
    private ManagedChannel channel;
    private ReplicaCalls calls;

    @BeforeEach
    void start() throws Exception {
        replicas = new Replicas(2);
        channel = StageChannels.open(replicas.list());
        calls = calls(0.5);
        Replicas.await("both are connected", () -> {
            number(ask());
            number(ask());
            return replicas.get(0).asked.get() > 0 && replicas.get(1).asked.get() > 0;
        });
        retried.set(0);
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        replicas.close();
        clock.shutdownNow();
    }

    @Test
    void aCallWhoseReplicaDiesIsAnsweredByAnother() {
        replicas.all.forEach(replica -> replica.holds = true);
        List<Asked<?, ProjectResponse>> asked = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            asked.add(ask());
        }
        Replicas.await("each holds three", () -> replicas.get(0).held.size() == 3 && replicas.get(1).held.size() == 3);
        replicas.get(0).dies();
        Replicas.await("the other is asked again", () -> replicas.get(1).held.size() == 6);
        replicas.get(1).letGo();
        asked.forEach(one -> assertEquals(1, number(one)));
        assertTrue(retried.get() >= 3, "counted");
    }

    @Test
    void aStageThatIsAwayIsWaitedForAndNotForever() {
        replicas.close();
        long start = System.nanoTime();
        ExecutionException thrown = assertThrows(ExecutionException.class, () -> ask().answer().get(30, TimeUnit.SECONDS));
        assertEquals(Reason.STAGE_UNAVAILABLE, Failure.from(thrown).reason());
        assertTrue(System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(900), "it was waited for");
    }

    @Test
    void aFullReplicaSendsItsCallsToAnother() {
        replicas.get(0).refuses = Reason.QUEUE_FULL;
        for (int i = 0; i < 5; i++) {
            assertEquals(1, number(ask()));
        }
        replicas.get(1).refuses = Reason.QUEUE_FULL;
        Failure failure = Failure.from(assertThrows(ExecutionException.class, () -> ask().answer().get(30, TimeUnit.SECONDS)));
        assertEquals(Reason.QUEUE_FULL, failure.reason());
        assertEquals(1, failure.retryAfterSeconds());
    }

    @Test
    void whatEveryReplicaWouldRefuseIsAskedOnce() {
        replicas.all.forEach(replica -> replica.refuses = Reason.INVALID_FIELD);
        int before = replicas.get(0).asked.get() + replicas.get(1).asked.get();
        assertThrows(ExecutionException.class, () -> ask().answer().get(30, TimeUnit.SECONDS));
        assertEquals(before + 1, replicas.get(0).asked.get() + replicas.get(1).asked.get());
    }

    @Test
    void aSlowReplicaIsHelpedByAnotherAndItsCallCancelled() {
        knowHowLongCallsTake();
        replicas.get(0).holds = true;
        for (int i = 0; i < 4; i++) {
            assertEquals(1, number(hedge(calls)));
        }
        assertTrue(hedged.get() > 0, "counted");
        Replicas.await("the slow one is told", () -> replicas.get(0).cancelled.get() == hedged.get());
    }

    @Test
    void hedgesAreFew() {
        calls = calls(0.1);
        knowHowLongCallsTake();
        replicas.all.forEach(replica -> replica.holds = true);
        List<Asked<?, ProjectResponse>> asked = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            asked.add(hedge(calls));
        }
        Replicas.await("all are asked", () -> replicas.get(0).held.size() + replicas.get(1).held.size() >= 40);
        Replicas.await("some are hedged", () -> hedged.get() > 0);
        replicas.all.forEach(Replicas.One::letGo);
        asked.forEach(ReplicaCallsIT::number);
        assertTrue(hedged.get() <= 10, "no more than the budget holds: " + hedged);
    }

    @Test
    void aCallThatIsCancelledEndsEverywhere() {
        replicas.all.forEach(replica -> replica.holds = true);
        Asked<?, ProjectResponse> asked = ask();
        Replicas.await("it is asked", () -> replicas.get(0).held.size() + replicas.get(1).held.size() == 1);
        asked.cancel();
        ExecutionException thrown = assertThrows(ExecutionException.class, () -> asked.answer().get(30, TimeUnit.SECONDS));
        assertTrue(thrown.getCause() instanceof StatusRuntimeException);
        Replicas.await("the replica is told", () -> replicas.get(0).cancelled.get() + replicas.get(1).cancelled.get() == 1);
    }

    private void knowHowLongCallsTake() {
        for (int i = 0; i < 40; i++) {
            number(hedge(calls));
        }
        hedged.set(0);
        replicas.all.forEach(replica -> replica.cancelled.set(0));
    }

    private ReplicaCalls calls(double hedges) {
        return new ReplicaCalls(channel, Duration.ofSeconds(1), hedges, clock, new ReplicaCalls.Count() {
            @Override
            public void retried() {
                retried.incrementAndGet();
            }

            @Override
            public void hedged() {
                hedged.incrementAndGet();
            }
        });
    }

    private Asked<?, ProjectResponse> ask() {
        return calls.ask(ProjectorGrpc.getProjectMethod(), ProjectRequest.getDefaultInstance(), CallOptions.DEFAULT, Route.anywhere());
    }

    private Asked<?, ProjectResponse> hedge(ReplicaCalls through) {
        return through.askHedged(channel, ProjectorGrpc.getProjectMethod(), ProjectRequest.getDefaultInstance(), CallOptions.DEFAULT);
    }

    private static int number(Asked<?, ProjectResponse> asked) {
        try {
            return asked.answer().get(30, TimeUnit.SECONDS).getTimings().getBatchSize();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
