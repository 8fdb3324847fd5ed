package io.tesserae.families.pixels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class CrewTest {

    private final Crew crew = new Crew(3);

    @Test
    void eachTaskIsDoneOnce() {
        AtomicIntegerArray done = new AtomicIntegerArray(1000);
        crew.each(1000, done::incrementAndGet);
        for (int i = 0; i < 1000; i++) {
            assertEquals(1, done.get(i));
        }
        crew.each(0, number -> {
            throw new AssertionError();
        });
    }

    @Test
    void allMembersWorkOnOneJobAndNoMore() {
        CountDownLatch together = new CountDownLatch(3);
        CountDownLatch asked = new CountDownLatch(3);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        crew.each(3, number -> {
            threads.add(Thread.currentThread());
            meet(together);
            assertFalse(crew.help(() -> { }), "a fourth member was found");
            meet(asked);
        });
        assertEquals(3, threads.size());
        assertTrue(threads.contains(Thread.currentThread()));
    }

    private static void meet(CountDownLatch latch) {
        latch.countDown();
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS), "the tasks do not run at once");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void whoAsksCountsAsAMember() {
        Crew alone = new Crew(1);
        alone.working(() -> assertFalse(alone.help(() -> { })));
        alone.each(5, number -> assertFalse(alone.help(() -> { })));
        assertTrue(alone.help(() -> { }));
    }

    @Test
    void whatATaskThrowsIsThrownAndTheRestIsLeft() {
        AtomicInteger done = new AtomicInteger();
        IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> crew.each(10_000, number -> {
            if (number == 5) {
                throw new IllegalStateException("five");
            }
            done.incrementAndGet();
        }));
        assertEquals("five", thrown.getMessage());
        assertTrue(done.get() < 10_000);
        crew.each(3, number -> { });
    }
}
