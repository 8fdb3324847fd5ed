package io.tesserae.gateway.errand;

import io.grpc.Deadline;
import io.tesserae.gateway.caller.Visit;
import java.util.concurrent.TimeUnit;

/** Errands for tests of other packages. */
public final class TestErrands {

    private TestErrands() {
    }

    /** A request that has that long. */
    public static Errand lasting(long seconds) {
        return new Errand(Visit.ofNobody("test"), Deadline.after(seconds, TimeUnit.SECONDS), new StageClock());
    }

    public static Timers timers() {
        return new Timers();
    }
}
