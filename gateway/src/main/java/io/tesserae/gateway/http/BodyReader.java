package io.tesserae.gateway.http;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.HeldBytes;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Collects a request's body, at most so many bytes of one request and of all together. A body that is too long is refused as soon
 * as that is known; the rest of it is thrown away as it comes, up to a point, so that the caller can read the refusal.
 */
@ApplicationScoped
class BodyReader {

    /** A caller that goes on sending so many times the limit is cut off. */
    private static final int OVERRUN = 4;
    /** For a refusal to leave before its connection is cut. */
    private static final long LINGER_MILLIS = 500;

    private final long most;
    private final Duration time;
    private final HeldBytes held;

    BodyReader(GatewayConfig config, HeldBytes held) {
        most = config.limits().body().asLongValue();
        time = config.limits().bodyTime();
        this.held = held;
    }

    /** Reads the body on the event loop; exactly one of the two is called, unless the caller goes away first. */
    void read(RoutingContext routing, Consumer<byte[]> whole, Consumer<Failure> refused) {
        new Reading(routing, whole, refused).begin();
    }

    /** Throws a body away that nobody will read; a caller that goes on sending is cut off. */
    void ignore(RoutingContext routing) {
        Reading reading = new Reading(routing, bytes -> { }, failure -> { });
        reading.body = null;
        reading.begin();
    }

    private final class Reading {

        private final HttpServerRequest request;
        private final Vertx vertx;
        private final long late;
        private final Consumer<byte[]> whole;
        private final Consumer<Failure> refused;
        private Buffer body = Buffer.buffer();
        private long received;
        private long reserved;

        Reading(RoutingContext routing, Consumer<byte[]> whole, Consumer<Failure> refused) {
            this.request = routing.request();
            this.whole = whole;
            this.refused = refused;
            vertx = routing.vertx();
            late = vertx.setTimer(Math.max(1, time.toMillis()), now -> late());
            Reply.onOver(routing, () -> {
                held.give(reserved);
                if (request.isEnded()) {
                    vertx.cancelTimer(late);
                }
            });
        }

        void begin() {
            request.handler(this::more);
            request.endHandler(end -> {
                vertx.cancelTimer(late);
                if (body != null) {
                    byte[] bytes = body.getBytes();
                    // Held by its reader alone from here on, not to the end of the response.
                    body = Buffer.buffer();
                    whole.accept(bytes);
                }
            });
            if (body != null && declared() > most) {
                refuse(tooLarge());
            }
        }

        private long declared() {
            String length = request.getHeader("content-length");
            return length != null && length.matches("[0-9]{1,18}") ? Long.parseLong(length) : 0;
        }

        private void more(Buffer bytes) {
            received += bytes.length();
            if (body == null) {
                if (received > OVERRUN * most) {
                    Reply.cut(request);
                }
                return;
            }
            if (received > most) {
                refuse(tooLarge());
                return;
            }
            try {
                held.take(bytes.length());
            } catch (Failure full) {
                refuse(full);
                return;
            }
            reserved += bytes.length();
            body.appendBuffer(bytes);
        }

        /** Who writes too slowly is told so, and cut off either way. */
        private void late() {
            if (request.isEnded()) {
                return;
            }
            if (body != null) {
                refuse(Failure.of(Reason.BODY_TOO_SLOW, "the body must be here within " + time.toSeconds() + " s"));
            }
            vertx.setTimer(LINGER_MILLIS, now -> Reply.cut(request));
        }

        private void refuse(Failure failure) {
            body = null;
            refused.accept(failure);
        }

        private Failure tooLarge() {
            return Failure.of(Reason.REQUEST_TOO_LARGE, "the body may have at most " + most + " bytes");
        }
    }
}
