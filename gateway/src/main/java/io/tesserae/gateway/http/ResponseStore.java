package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.Content;
import io.tesserae.gateway.PictureSource;
import io.tesserae.gateway.Turn;
import io.tesserae.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Responses that can be gone on with. In this process's memory: bounded in bytes and time, and lost with the process. Off unless it is given room. Ids are
 * random and are all that it takes to read one.
 */
@ApplicationScoped
class ResponseStore {

    private static final int OVERHEAD = 1_024;

    /**
     * @param turns the conversation, with the answer
     * @param input the request's own items
     */
    record Stored(ObjectNode response, List<Turn> turns, ArrayNode input, long bytes, long until) {
    }

    private final long most;
    private final long keepNanos;
    private final Map<String, Stored> stored = new LinkedHashMap<>();
    private long held;

    ResponseStore(GatewayConfig config) {
        most = config.responses().store().asLongValue();
        keepNanos = config.responses().keep().toNanos();
    }

    boolean on() {
        return most > 0;
    }

    synchronized void put(String id, ObjectNode response, List<Turn> turns, ArrayNode input) {
        long bytes = OVERHEAD + turns.stream().flatMap(turn -> turn.content().stream()).mapToLong(ResponseStore::bytes).sum();
        if (bytes > most) {
            return;
        }
        stored.put(id, new Stored(response, turns, input, bytes, System.nanoTime() + keepNanos));
        held += bytes;
        Iterator<Map.Entry<String, Stored>> oldest = stored.entrySet().iterator();
        while (oldest.hasNext()) {
            Stored first = oldest.next().getValue();
            if (held <= most && first.until() - System.nanoTime() > 0) {
                break;
            }
            held -= first.bytes();
            oldest.remove();
        }
    }

    private static long bytes(Content content) {
        if (content instanceof Content.Words words) {
            return 2L * words.text().length();
        }
        PictureSource source = ((Content.Picture) content).source();
        // Told of in the request's items once more.
        return source instanceof PictureSource.Inline inline ? inline.bytes().length : source instanceof PictureSource.Url url ? 2L * url.url().length() : OVERHEAD;
    }

    synchronized Optional<Stored> get(String id) {
        return Optional.ofNullable(stored.get(id)).filter(one -> one.until() - System.nanoTime() > 0);
    }

    synchronized boolean remove(String id) {
        Stored gone = stored.remove(id);
        held -= gone == null ? 0 : gone.bytes();
        return gone != null;
    }

    Optional<List<Turn>> conversation(String id) {
        return get(id).map(Stored::turns);
    }

    static Failure unknown(String field) {
        return Failure.inField(Reason.INVALID_FIELD, field, "no response of that id is stored; they are kept for a while only");
    }
}
