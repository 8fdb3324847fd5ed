package io.tesserae.gateway.errand;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Deadline;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.caller.Visit;
import io.tesserae.contract.metric.Stage;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SharedErrandTest {

    private final List<String> heard = new ArrayList<>();
    private final Errand first = errand("first");
    private final Errand second = errand("second");
    private final SharedErrand shared = new SharedErrand(errand("work"), () -> heard.add("deserted"));

    private static Errand errand(String id) {
        return new Errand(Visit.ofNobody(id), Deadline.after(1, TimeUnit.MINUTES), new StageClock());
    }

    @Test
    void goesOnWhileAnybodyWaitsWhoeverBeganIt() {
        assertTrue(shared.join(first));
        assertTrue(shared.join(second));
        first.abandon();
        assertTrue(shared.errand().failure().isEmpty());
        assertTrue(heard.isEmpty());
        second.abort(Failure.of(Reason.DEADLINE_EXCEEDED, "late"));
        assertEquals(Reason.CANCELLED, shared.errand().failure().orElseThrow().reason());
        assertEquals(List.of("deserted"), heard);
        assertFalse(shared.join(errand("third")), "nobody joins what was given up");
    }

    @Test
    void anErrandThatEndsLeaves() {
        shared.join(first);
        first.end();
        assertEquals(List.of("deserted"), heard);
    }

    @Test
    void joiningTwiceIsWaitingOnce() {
        shared.join(first);
        shared.join(first);
        shared.leave(first);
        assertEquals(List.of("deserted"), heard);
    }

    @Test
    void anErrandThatIsOverDoesNotHoldIt() {
        first.abandon();
        shared.join(first);
        assertEquals(List.of("deserted"), heard);
    }

    @Test
    void workThatIsDoneIsNotDeserted() {
        shared.join(first);
        shared.end();
        first.abandon();
        assertTrue(heard.isEmpty());
        assertTrue(shared.errand().failure().isEmpty());
        assertFalse(shared.join(second));
    }

    /** Were it otherwise, a stream would hold the pixels and embeddings of its pictures until its last token. */
    @Test
    void anErrandThatWaitedHoldsNothingOfWorkThatIsOver() throws InterruptedException {
        for (boolean done : new boolean[] {true, false}) {
            byte[] pixels = new byte[1_000];
            WeakReference<byte[]> held = new WeakReference<>(pixels);
            SharedErrand work = workOver(pixels);
            work.join(first);
            if (done) {
                work.end();
            } else {
                work.leave(first);
            }
            work = null;
            pixels = null;
            for (int i = 0; i < 100 && held.get() != null; i++) {
                System.gc();
                Thread.sleep(10);
            }
            assertNull(held.get(), done ? "done" : "deserted");
        }
        assertTrue(first.failure().isEmpty());
    }

    private static SharedErrand workOver(byte[] pixels) {
        return new SharedErrand(errand("work"), () -> assertEquals(1_000, pixels.length));
    }

    @Test
    void tellsItsTimesToAllThatWait() {
        shared.join(first);
        long now = System.nanoTime();
        shared.errand().clock().record(Stage.DECODE, now, now + 5);
        shared.join(second);
        shared.errand().clock().record(Stage.ENCODE, now, now + 7);
        shared.errand().clock().record(Stage.TILE, now - 1_000_000_000_000L, now + 9);
        assertEquals(5, first.clock().times().nanos().get(Stage.DECODE));
        assertFalse(second.clock().times().nanos().containsKey(Stage.DECODE));
        assertEquals(7, second.clock().times().nanos().get(Stage.ENCODE));
        assertTrue(second.clock().times().nanos().get(Stage.TILE) < 1_000_000_000_000L, "what was done before it came does not count");
    }
}
