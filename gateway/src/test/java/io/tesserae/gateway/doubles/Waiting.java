package io.tesserae.gateway.doubles;

import java.util.function.BooleanSupplier;

/** Waits for what another thread is about to do. */
public final class Waiting {

    private Waiting() {
    }

    /** Waits until {@code done}, at most twenty seconds. */
    public static void until(String what, BooleanSupplier done) throws InterruptedException {
        long giveUp = System.nanoTime() + 20_000_000_000L;
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > giveUp) {
                throw new AssertionError("waited in vain until " + what);
            }
            Thread.sleep(10);
        }
    }
}
