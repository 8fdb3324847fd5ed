package io.tesserae.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.gateway.caller.Visit;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One HTTP response. May be written from any thread: everything is done on the connection's own event loop, in order. Whatever
 * is written after the caller has gone is dropped.
 */
final class Reply {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REQUEST_ID = "tesserae.request-id";

    private final RoutingContext routing;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Vertx vertx;
    private final Context loop;
    private final String requestId;
    private final Visit visit;
    private long stalled = -1;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    /** What is to be done on the event loop, in order: bytes to write, and anything else to run. */
    private final Queue<Object> outbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger outboxed = new AtomicInteger();

    Reply(RoutingContext routing) {
        this.routing = routing;
        request = routing.request();
        response = routing.response();
        vertx = routing.vertx();
        loop = Vertx.currentContext();
        requestId = requestIdOf(routing);
        visit = Gate.visitOf(routing);
    }

    /** Gives a request its id, before anything else is done with it. */
    static void identify(RoutingContext routing, String id) {
        routing.put(REQUEST_ID, id);
    }

    static String requestIdOf(RoutingContext routing) {
        return routing.get(REQUEST_ID, "");
    }

    String requestId() {
        return requestId;
    }

    /** Whose request this answers. */
    Visit visit() {
        return visit;
    }

    /** Runs once when the caller goes away before the response is whole. Call on the event loop. */
    void onGone(Runnable hook) {
        // Handlers set on the response itself would take the place of those that count the request's end.
        routing.addEndHandler(over -> {
            if (over.failed()) {
                hook.run();
            }
        });
    }

    /** Runs once the response is whole or the connection gone, whichever is first. Call on the event loop. */
    static void onOver(RoutingContext routing, Runnable hook) {
        routing.addEndHandler(over -> hook.run());
    }

    void json(int status, ObjectNode body) {
        Buffer bytes = Buffer.buffer(bytes(body));
        onLoop(() -> {
            if (!response.ended() && !response.closed()) {
                response.setStatusCode(status).putHeader("content-type", "application/json").end(bytes);
            }
        });
    }

    /** A picture. */
    void png(byte[] file) {
        onLoop(() -> {
            if (!response.ended() && !response.closed()) {
                response.putHeader("content-type", "image/png").end(Buffer.buffer(file));
            }
        });
    }

    /** A file as it is. */
    void bytes(String type, Buffer bytes) {
        onLoop(() -> {
            if (!response.ended() && !response.closed()) {
                response.putHeader("content-type", type).end(bytes);
            }
        });
    }

    void error(ApiError error) {
        onLoop(() -> {
            if (error.retryAfterSeconds() > 0 && !response.headWritten()) {
                response.putHeader("retry-after", Integer.toString(error.retryAfterSeconds()));
            }
        });
        json(error.status(), error.body());
    }

    /** Begins a stream of events. */
    void beginEvents() {
        onLoop(() -> {
            if (!response.closed()) {
                response.setChunked(true)
                        .putHeader("content-type", "text/event-stream; charset=utf-8")
                        .putHeader("cache-control", "no-cache")
                        // Proxies such as nginx would hold events back.
                        .putHeader("x-accel-buffering", "no");
            }
        });
    }

    /** An event as it is written. */
    static Buffer event(ObjectNode data) {
        return Buffer.buffer("data: ").appendBytes(bytes(data)).appendString("\n\n");
    }

    /** An event with a name of its own, as responses have them. */
    static Buffer event(String name, ObjectNode data) {
        return Buffer.buffer("event: ").appendString(name).appendString("\n").appendBuffer(event(data));
    }

    /** Ends the stream; {@code done} with the mark that it is whole. */
    void endEvents(boolean done) {
        onLoop(() -> {
            if (!response.ended() && !response.closed()) {
                response.end(done ? "data: [DONE]\n\n" : "");
            }
        });
    }

    /** Writes an event. */
    void write(Buffer event) {
        post(event);
    }

    private void onLoop(Runnable work) {
        post(work);
    }

    /** One visit to the event loop does all that has come together meanwhile. */
    private void post(Object work) {
        outbox.add(work);
        if (outboxed.getAndIncrement() == 0) {
            loop.runOnContext(now -> empty());
        }
    }

    private void empty() {
        int seen = outboxed.get();
        while (seen > 0) {
            Buffer together = null;
            for (Object work = outbox.poll(); work != null; work = outbox.poll()) {
                if (work instanceof Buffer bytes) {
                    together = together == null ? bytes : together.appendBuffer(bytes);
                } else {
                    send(together);
                    together = null;
                    ((Runnable) work).run();
                }
            }
            send(together);
            seen = outboxed.addAndGet(-seen);
        }
    }

    private void send(Buffer bytes) {
        if (bytes != null && !response.ended() && !response.closed()) {
            response.write(bytes);
        }
    }

    /** Runs {@code next} once what was written so far has (nearly) left; never where the caller has gone. */
    void whenDrained(Runnable next) {
        onLoop(() -> {
            if (response.ended() || response.closed()) {
                return;
            }
            if (!response.writeQueueFull()) {
                next.run();
                return;
            }
            waiting.add(next);
            watchReader();
            response.drainHandler(drained -> {
                vertx.cancelTimer(stalled);
                for (Runnable one = waiting.poll(); one != null; one = waiting.poll()) {
                    one.run();
                }
            });
        });
    }

    /** A reader that takes nothing for too long is cut off: what waits for it is held for it. */
    private void watchReader() {
        vertx.cancelTimer(stalled);
        stalled = vertx.setTimer(Gate.readMillisOf(routing), late -> {
            if (!response.ended() || response.writeQueueFull()) {
                cut(request);
            }
        });
    }

    /** Ends a connection now. Its own {@code close} waits for what was written to leave, which is what such a caller never lets happen. */
    static void cut(HttpServerRequest request) {
        if (request.connection() instanceof ConnectionBase connection) {
            connection.channel().close();
        } else {
            request.connection().close();
        }
    }

    private static byte[] bytes(ObjectNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree is always JSON", impossible);
        }
    }
}
