package io.tesserae.contract.container;

import io.tesserae.contract.probe.ReadyProbe;
import java.lang.reflect.Method;

/**
 * Starts a service, waits until it answers, and ends it: while an image is built, so that the classes it loaded are archived. A start that does
 * not come to that ends with 1.
 */
public final class Rehearsal {

    private static final long PAUSE_MILLIS = 200;

    private Rehearsal() {
    }

    /** Takes a main class, an address that answers 200 once the service runs, and the seconds that this may take. */
    public static void main(String[] args) throws Exception {
        Method service = Class.forName(args[0]).getMethod("main", String[].class);
        Thread thread = new Thread(() -> run(service), "rehearsal");
        thread.setDaemon(true);
        thread.start();
        long end = System.nanoTime() + Long.parseLong(args[2]) * 1_000_000_000L;
        boolean ready = false;
        while (!ready && thread.isAlive() && System.nanoTime() - end < 0) {
            Thread.sleep(PAUSE_MILLIS);
            ready = ReadyProbe.answer(args[1]).startsWith("200");
        }
        System.exit(ready ? 0 : 1);
    }

    private static void run(Method service) {
        try {
            service.invoke(null, (Object) new String[0]);
        } catch (ReflectiveOperationException failed) {
            failed.printStackTrace();
        }
    }
}
