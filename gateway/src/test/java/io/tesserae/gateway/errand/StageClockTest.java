package io.tesserae.gateway.errand;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tesserae.contract.metric.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageClockTest {

    private final StageClock clock = new StageClock();

    /** Nanoseconds since the arrival. */
    private void record(Stage stage, long start, long end) {
        clock.record(stage, clock.arrival() + start, clock.arrival() + end);
    }

    @Test
    void countsTimeOnceHoweverManyTilesAreInAStage() {
        record(Stage.ENCODE, 100, 200);
        record(Stage.ENCODE, 150, 250);
        record(Stage.ENCODE, 160, 170);
        record(Stage.ENCODE, 300, 310);
        assertEquals(160, clock.times().nanos().get(Stage.ENCODE));
    }

    @Test
    void countsBackwardsClocksAsNothing() {
        record(Stage.TILE, 200, 100);
        assertFalse(clock.times().nanos().containsKey(Stage.TILE));
    }

    @Test
    void listsStagesInTheOrderOfTheJourney() {
        record(Stage.PREFILL, 1, 2);
        record(Stage.FETCH, 1, 2);
        record(Stage.ENCODE, 1, 2);
        assertEquals(List.of(Stage.FETCH, Stage.ENCODE, Stage.PREFILL), List.copyOf(clock.times().nanos().keySet()));
    }

    @Test
    void leavesOutWhatWasDoneBeforeTheRequestCame() {
        record(Stage.ENCODE, -100, 50);
        record(Stage.TILE, -100, -50);
        assertEquals(50, clock.times().nanos().get(Stage.ENCODE));
        assertFalse(clock.times().nanos().containsKey(Stage.TILE));
    }

    @Test
    void remembersTheFirstTokenOnly() throws InterruptedException {
        long first = clock.firstToken();
        Thread.sleep(2);
        assertEquals(first, clock.firstToken());
        assertEquals(first, clock.times().firstToken());
    }
}
