package io.tesserae.gateway.errand;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Deadline;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.caller.Visit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ErrandTest {

    private final Errand errand = new Errand(Visit.ofNobody("one"), Deadline.after(1, TimeUnit.MINUTES), new StageClock());
    private final List<String> stopped = new ArrayList<>();

    @Test
    void theFirstFailureStopsEverythingAndIsTheOneThatCounts() {
        errand.onAbort(() -> stopped.add("eye"));
        errand.onAbort(() -> stopped.add("brain"));
        errand.abort(Failure.of(Reason.QUEUE_FULL, "full"));
        errand.abandon();
        assertEquals(List.of("eye", "brain"), stopped);
        assertEquals(Reason.QUEUE_FULL, assertThrows(Failure.class, errand::check).reason());
    }

    @Test
    void whatStartsTooLateIsStoppedAtOnce() {
        errand.abandon();
        errand.onAbort(() -> stopped.add("late"));
        assertEquals(List.of("late"), stopped);
    }

    @Test
    void whatIsDoneIsNotStopped() {
        errand.onAbort(() -> stopped.add("done")).close();
        errand.abandon();
        assertTrue(stopped.isEmpty());
    }

    @Test
    void anEndedErrandCannotBeAborted() {
        errand.onAbort(() -> stopped.add("eye"));
        errand.end();
        errand.abandon();
        assertTrue(stopped.isEmpty());
        assertTrue(errand.failure().isEmpty());
    }

    @Test
    void anAttemptEndsWithItsErrandButNotTheOtherWayRound() {
        Errand first = errand.attempt();
        first.abort(Failure.of(Reason.REVISION_MISMATCH, "changed"));
        assertTrue(errand.failure().isEmpty());
        Errand second = errand.attempt();
        errand.abandon();
        assertEquals(Reason.CANCELLED, second.failure().orElseThrow().reason());
    }
}
