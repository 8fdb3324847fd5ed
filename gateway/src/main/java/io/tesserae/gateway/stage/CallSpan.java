package io.tesserae.gateway.stage;

import io.tesserae.contract.metric.Stage;
import io.tesserae.gateway.errand.StageClock;
import io.tesserae.gateway.errand.Where;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Where one call's time went: what the stage says it did, in order, and what is left, which was spent on the way there and back
 * in equal halves. Clocks of two machines are never compared.
 */
final class CallSpan {

    private final long start;
    private final long end;
    private final Map<Stage, Long> done = new LinkedHashMap<>();

    private CallSpan(long start, long end) {
        this.start = start;
        this.end = end;
    }

    /** A call between two {@link System#nanoTime}s. */
    static CallSpan of(long start, long end) {
        return new CallSpan(start, end);
    }

    /** After that, the stage did this for so long. */
    CallSpan then(Stage stage, long micros) {
        done.merge(stage, TimeUnit.MICROSECONDS.toNanos(micros), Long::sum);
        return this;
    }

    void recordIn(StageClock clock, Where where) {
        long accounted = done.values().stream().mapToLong(Long::longValue).sum();
        long way = Math.max(0, end - start - accounted) / 2;
        long at = start + way;
        clock.record(Stage.TRANSFER, start, at, where);
        for (Map.Entry<Stage, Long> part : done.entrySet()) {
            clock.record(part.getKey(), at, at + part.getValue(), where);
            at += part.getValue();
        }
        clock.record(Stage.TRANSFER, at, at + way, where);
    }
}
