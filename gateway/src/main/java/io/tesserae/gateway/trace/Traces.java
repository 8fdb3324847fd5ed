package io.tesserae.gateway.trace;

import io.tesserae.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The last requests' traces, as many as {@code tesserae.gateway.explain.traces}; none where explaining is off. Thread-safe. */
@ApplicationScoped
public class Traces {

    private final int most;
    private final Deque<Trace> kept = new ArrayDeque<>();

    Traces(GatewayConfig config) {
        most = config.explain().enabled() ? Math.max(0, config.explain().traces()) : 0;
    }

    /** Keeps one; the oldest goes. */
    public synchronized void keep(Trace trace) {
        kept.addFirst(trace);
        while (kept.size() > most) {
            kept.removeLast();
        }
    }

    /** The last request of that id. */
    public synchronized Optional<Trace> of(String id) {
        return kept.stream().filter(trace -> trace.id().equals(id)).findFirst();
    }

    /** All, the latest first. */
    public synchronized List<Trace> latest() {
        return List.copyOf(kept);
    }
}
