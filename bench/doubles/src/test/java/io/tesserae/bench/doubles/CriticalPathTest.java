package io.tesserae.bench.doubles;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CriticalPathTest {

    /** Encoding 100, projecting 10, reading a slot 30 and the text 5. */
    private static final Latencies LATENCIES = new Latencies(100, 10, 30, 5, 1);

    @Test
    void oneTileGoesThroughEveryStage() {
        assertEquals(100 + 10 + 30 + 5, CriticalPath.firstToken(LATENCIES, 1, 1));
        assertEquals(100 + 10 + 30 + 5, CriticalPath.firstToken(LATENCIES, 1, 4));
    }

    @Test
    void aSlowEyeHidesTheReadingOfAllButTheLastSlot() {
        assertEquals(4 * 100 + 10 + 30 + 5, CriticalPath.firstToken(LATENCIES, 4, 1));
        assertEquals(17 * 100 + 10 + 30 + 5, CriticalPath.firstToken(LATENCIES, 17, 1));
    }

    @Test
    void tilesThatAreReadyTogetherAreReadOneAfterTheOther() {
        assertEquals(100 + 10 + 4 * 30 + 5, CriticalPath.firstToken(LATENCIES, 4, 4));
        // Rounds end at 100, 200, … 500; four slots take longer to read than a round to encode.
        assertEquals(110 + 17 * 30 + 5, CriticalPath.firstToken(LATENCIES, 17, 4));
    }
}
