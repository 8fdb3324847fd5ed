package io.tesserae.gateway.stage;

import io.micrometer.core.instrument.MeterRegistry;
import io.tesserae.contract.metric.Metrics;
import io.tesserae.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds what all answers together keep for going on elsewhere. An answer that finds no room is given as any other, but ends with its brain. */
@ApplicationScoped
public class HandoverMemory {

    private final long most;
    private final AtomicLong held = new AtomicLong();

    HandoverMemory(GatewayConfig config, MeterRegistry registry) {
        most = config.handoverMemory().asLongValue();
        registry.gauge(Metrics.HANDOVER_BYTES, held, AtomicLong::doubleValue);
    }

    /** A question's share, empty as yet. */
    public SentEmbeddings share() {
        return new SentEmbeddings(this);
    }

    boolean take(long bytes) {
        if (held.addAndGet(bytes) <= most) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    void give(long bytes) {
        held.addAndGet(-bytes);
    }
}
