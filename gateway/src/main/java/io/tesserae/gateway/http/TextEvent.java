package io.tesserae.gateway.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Function;

/** A server-sent event that is the same for every token but for one string in it. All but that string is written as JSON once. */
final class TextEvent {

    /** Stands where the string will, while the rest is written. Random, so that nothing else in an event is like it. */
    private static final String PLACE = UUID.randomUUID().toString();

    private final byte[] before;
    private final byte[] after;

    private TextEvent(byte[] before, byte[] after) {
        this.before = before;
        this.after = after;
    }

    /** {@code with} gives the event's data that holds a certain string, once. */
    static TextEvent of(Function<String, ObjectNode> with) {
        String event = Reply.event(with.apply(PLACE)).toString(StandardCharsets.UTF_8);
        int at = event.indexOf(PLACE);
        return new TextEvent(event.substring(0, at).getBytes(StandardCharsets.UTF_8),
                event.substring(at + PLACE.length()).getBytes(StandardCharsets.UTF_8));
    }

    /** The event that says {@code text}. */
    Buffer saying(String text) {
        byte[] escaped = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        return Buffer.buffer(before.length + escaped.length + after.length).appendBytes(before).appendBytes(escaped).appendBytes(after);
    }
}
