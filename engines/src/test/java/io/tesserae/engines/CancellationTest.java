package io.tesserae.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancellationTest {

    private final Cancellation cancellation = new Cancellation();
    private final AtomicInteger told = new AtomicInteger();

    @Test
    void tellsEachActionOnce() {
        cancellation.onCancel(told::incrementAndGet);
        cancellation.onCancel(told::incrementAndGet);
        assertFalse(cancellation.isCancelled());
        cancellation.cancel();
        cancellation.cancel();
        assertTrue(cancellation.isCancelled());
        assertEquals(2, told.get());
    }

    @Test
    void tellsLateComersAtOnce() {
        cancellation.cancel();
        cancellation.onCancel(told::incrementAndGet);
        assertEquals(1, told.get());
    }

    @Test
    void tellsNobodyWhoHasLeft() {
        cancellation.onCancel(told::incrementAndGet).close();
        cancellation.cancel();
        assertEquals(0, told.get());
    }

    @Test
    void anActionMayRegisterAndLeaveWhileItIsTold() {
        Cancellation.Registration other = cancellation.onCancel(told::incrementAndGet);
        cancellation.onCancel(() -> {
            other.close();
            cancellation.onCancel(told::incrementAndGet);
        });
        cancellation.cancel();
        assertTrue(told.get() >= 1);
    }
}
