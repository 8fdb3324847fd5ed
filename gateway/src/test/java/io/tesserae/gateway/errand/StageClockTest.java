package io.tesserae.gateway.errand;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tesserae.contract.metric.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageClockTest {

    private final StageClock clock = new StageClock();

    @Test
    void countsTimeOnceHoweverManyTilesAreInAStage() {
        clock.record(Stage.ENCODE, 100, 200);
        clock.record(Stage.ENCODE, 150, 250);
        clock.record(Stage.ENCODE, 160, 170);
        clock.record(Stage.ENCODE, 300, 310);
        assertEquals(160, clock.times().nanos().get(Stage.ENCODE));
    }

    @Test
    void countsBackwardsClocksAsNothing() {
        clock.record(Stage.TILE, 200, 100);
        assertFalse(clock.times().nanos().containsKey(Stage.TILE));
    }

    @Test
    void listsStagesInTheOrderOfTheJourney() {
        clock.record(Stage.PREFILL, 1, 2);
        clock.record(Stage.FETCH, 1, 2);
        clock.record(Stage.ENCODE, 1, 2);
        assertEquals(List.of(Stage.FETCH, Stage.ENCODE, Stage.PREFILL), List.copyOf(clock.times().nanos().keySet()));
    }

    @Test
    void remembersTheFirstTokenOnly() throws InterruptedException {
        long first = clock.firstToken();
        Thread.sleep(2);
        assertEquals(first, clock.firstToken());
        assertEquals(first, clock.times().firstToken());
    }
}
