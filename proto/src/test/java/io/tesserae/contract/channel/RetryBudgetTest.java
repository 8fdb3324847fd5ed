package io.tesserae.contract.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    private final AtomicLong now = new AtomicLong(1);
    private final RetryBudget budget = new RetryBudget(0.25, 10, now::get);

    private int taken() {
        int taken = 0;
        while (budget.take()) {
            taken++;
        }
        return taken;
    }

    @Test
    void givesAFewASecondWhateverHappens() {
        assertEquals(10, taken());
        now.addAndGet(Duration.ofMillis(500).toNanos());
        assertEquals(5, taken());
        now.addAndGet(Duration.ofHours(1).toNanos());
        assertEquals(100, taken(), "ten seconds' worth is kept, no more");
    }

    @Test
    void givesAShareOfAllCalls() {
        taken();
        for (int i = 0; i < 100; i++) {
            budget.called();
        }
        assertEquals(25, taken());
    }
}
