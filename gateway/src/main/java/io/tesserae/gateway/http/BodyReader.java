package io.tesserae.gateway.http;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.GatewayConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Collects a request's body, at most so many bytes of one request and of all together. A body that is too long is refused as soon
 * as that is known; the rest of it is thrown away as it comes, up to a point, so that the caller can read the refusal.
 */
@ApplicationScoped
class BodyReader {

    /** A caller that goes on sending so many times the limit is cut off. */
    private static final int OVERRUN = 4;

    private final long most;
    private final long mostTogether;
    private final AtomicLong held = new AtomicLong();

    BodyReader(GatewayConfig config) {
        most = config.limits().body().asLongValue();
        mostTogether = config.limits().bodies().asLongValue();
    }

    /** Reads the body on the event loop; exactly one of the two is called, unless the caller goes away first. */
    void read(RoutingContext routing, Consumer<byte[]> whole, Consumer<Failure> refused) {
        new Reading(routing, whole, refused).begin();
    }

    private final class Reading {

        private final HttpServerRequest request;
        private final Consumer<byte[]> whole;
        private final Consumer<Failure> refused;
        private Buffer body = Buffer.buffer();
        private long received;
        private long reserved;

        Reading(RoutingContext routing, Consumer<byte[]> whole, Consumer<Failure> refused) {
            this.request = routing.request();
            this.whole = whole;
            this.refused = refused;
            Reply.onOver(routing, () -> held.addAndGet(-reserved));
        }

        void begin() {
            request.handler(this::more);
            request.endHandler(end -> {
                if (body != null) {
                    byte[] bytes = body.getBytes();
                    // Held by its reader alone from here on, not to the end of the response.
                    body = Buffer.buffer();
                    whole.accept(bytes);
                }
            });
            if (declared() > most) {
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
                    request.connection().close();
                }
                return;
            }
            if (received > most) {
                refuse(tooLarge());
                return;
            }
            reserved += bytes.length();
            if (held.addAndGet(bytes.length()) > mostTogether) {
                refuse(Failure.overload(Reason.QUEUE_FULL, 1, "too many request bodies are held; try again"));
                return;
            }
            body.appendBuffer(bytes);
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
