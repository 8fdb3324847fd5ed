package io.tesserae.gateway.errand;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes that strangers have us hold, over all requests: bodies, fetched pictures, files read for a question. */
@ApplicationScoped
public class HeldBytes {

    private final long most;
    private final AtomicLong held = new AtomicLong();

    HeldBytes(GatewayConfig config) {
        most = config.limits().bodies().asLongValue();
    }

    /** Takes room for so many bytes, or throws a {@link Failure} where there is none. */
    public void take(long bytes) {
        if (held.addAndGet(bytes) > most) {
            held.addAndGet(-bytes);
            throw Failure.overload(Reason.QUEUE_FULL, 1, "too many bytes of requests are held; try again");
        }
    }

    /** Takes room for an errand, which gives it back when it is over. */
    public void takeFor(Errand errand, long bytes) {
        take(bytes);
        errand.onEnd(() -> give(bytes));
    }

    /** Gives room back. */
    public void give(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Bytes held now. */
    public long held() {
        return held.get();
    }
}
