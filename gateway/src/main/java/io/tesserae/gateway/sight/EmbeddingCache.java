package io.tesserae.gateway.sight;

import static io.tesserae.contract.metric.Metrics.TAG_CACHE;
import static io.tesserae.contract.metric.Metrics.TAG_MODEL;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tesserae.contract.metric.Metrics;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Errands;
import io.tesserae.gateway.stage.EyeOutput.Embeddings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Embeddings of pictures that were seen, and of those that are being looked at now. A picture is encoded once for all that ask about it at
 * the same time, and not at all while it is kept. Thread-safe.
 *
 * <p>A wrong picture cannot be found, by construction. A key is a SHA-256 over the decoded pixels, their width and height, and everything
 * else that embeddings follow from; the family's plan is a function of size and detail alone. Keys are compared whole. Files are a second
 * way in: that of a file's SHA-256 to the pixels that it was decoded to by this same process, whose decoders read nothing but the file.
 */
@ApplicationScoped
public class EmbeddingCache {

    private static final String ENCODER = "encoder";

    /** Files whose pixels are known; some 200 bytes each. */
    private static final int MOST_FILES = 16_384;

    private final Errands errands;
    private final MeterRegistry registry;
    private final Counter evictions;
    private final boolean on;
    private final KeptPictures kept;
    private final Map<ContentHash, Flight> flights = new HashMap<>();
    private final Map<ContentHash, ContentHash> pixelsOfFiles = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ContentHash, ContentHash> eldest) {
            return size() > MOST_FILES;
        }
    };

    EmbeddingCache(GatewayConfig config, Errands errands, MeterRegistry registry) {
        this.errands = errands;
        this.registry = registry;
        long most = config.embeddingCache().asLongValue();
        on = most > 0;
        kept = new KeptPictures(most);
        evictions = registry.counter(Metrics.CACHE_EVICTIONS, TAG_CACHE, ENCODER);
        Gauge.builder(Metrics.CACHE_BYTES, this, EmbeddingCache::bytes).tag(TAG_CACHE, ENCODER).register(registry);
    }

    /** What there is of a picture. */
    public sealed interface Found {

        /** It is kept. */
        record Kept(List<Embeddings> slots) implements Found {
        }

        /** It is on its way for somebody else; the errand waits with them now. */
        record Joined(Flight flight) implements Found {
        }

        /** It is not there: whoever asked must fill this flight, and others may come to wait for it. */
        record Fresh(Flight flight) implements Found {
        }
    }

    /** Hash of the pixels that a file decodes to, where that is known. */
    public synchronized Optional<ContentHash> pixelsOf(ContentHash file) {
        return Optional.ofNullable(pixelsOfFiles.get(file));
    }

    /** That file was decoded to those pixels. */
    public synchronized void decoded(ContentHash file, ContentHash pixels) {
        if (on) {
            pixelsOfFiles.put(file, pixels);
        }
    }

    /**
     * Looks for a picture.
     *
     * @param key   over everything that its embeddings follow from
     * @param slots how many it fills
     */
    public Found find(ContentHash key, int slots, String model, Errand errand) {
        Found found = look(key, slots, errand);
        if (on) {
            registry.counter(Metrics.CACHE_QUERIES, TAG_MODEL, model, TAG_CACHE, ENCODER).increment();
            Counter hits = registry.counter(Metrics.CACHE_HITS, TAG_MODEL, model, TAG_CACHE, ENCODER);
            if (!(found instanceof Found.Fresh)) {
                hits.increment();
            }
        }
        return found;
    }

    private synchronized Found look(ContentHash key, int slots, Errand errand) {
        if (on) {
            EncodedPicture picture = kept.get(key);
            if (picture != null) {
                return new Found.Kept(picture.slots());
            }
            Flight flying = flights.get(key);
            if (flying != null && flying.join(errand)) {
                return new Found.Joined(flying);
            }
        }
        Flight flight = new Flight(slots, (ended, embeddings) -> ended(key, ended, embeddings));
        if (on) {
            flights.put(key, flight);
        }
        flight.sharedBy(errands.share(errand, () -> ended(key, flight, null)));
        return new Found.Fresh(flight);
    }

    /** Where it did not fail, it is kept from the moment on that it cannot be joined any more. */
    private void ended(ContentHash key, Flight flight, List<Embeddings> embeddings) {
        EncodedPicture picture = on && embeddings != null ? EncodedPicture.copyOf(embeddings) : null;
        synchronized (this) {
            flights.remove(key, flight);
            if (picture != null) {
                evictions.increment(kept.put(key, picture));
            }
        }
    }

    /** Forgets every picture; those that are being looked at are still answered. */
    public synchronized void clear() {
        kept.clear();
        pixelsOfFiles.clear();
    }

    /** Bytes of the embeddings that are kept. */
    public synchronized double bytes() {
        return kept.bytes();
    }
}
