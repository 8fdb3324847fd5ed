package io.tesserae.gateway.http;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.HeldBytes;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Reads the form that a picture is uploaded with ({@code multipart/form-data}), within the limits of one picture and of all bodies together. */
@ApplicationScoped
class UploadReader {

    private static final Set<String> FIELDS = Set.of("purpose", "expires_after[anchor]", "expires_after[seconds]");
    private static final long SHORTEST_EXPIRY = 3_600;
    private static final long LONGEST_EXPIRY = 2_592_000;
    private static final int LONGEST_NAME = 255;
    private static final long LINGER_MILLIS = 500;

    private final long most;
    private final Duration time;
    private final HeldBytes held;

    UploadReader(GatewayConfig config, HeldBytes held) {
        most = config.limits().imageBytes().asLongValue();
        time = config.limits().bodyTime();
        this.held = held;
    }

    /**
     * A picture to keep.
     *
     * @param expiry how long, where the caller said so
     */
    record Upload(String name, byte[] bytes, Optional<Duration> expiry) {
    }

    /** Reads the form on the event loop; exactly one of the two is called, unless the caller goes away first. */
    void read(RoutingContext routing, Consumer<Upload> whole, Consumer<Failure> refused) {
        new Reading(routing, whole, refused).begin();
    }

    private final class Reading {

        private final RoutingContext routing;
        private final HttpServerRequest request;
        private final Consumer<Upload> whole;
        private final Consumer<Failure> refused;
        private Buffer file;
        private String name;
        private long reserved;
        private boolean over;

        Reading(RoutingContext routing, Consumer<Upload> whole, Consumer<Failure> refused) {
            this.routing = routing;
            this.request = routing.request();
            this.whole = whole;
            this.refused = refused;
        }

        void begin() {
            long late = routing.vertx().setTimer(Math.max(1, time.toMillis()),
                    now -> refuse(Failure.of(Reason.BODY_TOO_SLOW, "the body must be here within " + time.toSeconds() + " s")));
            Reply.onOver(routing, () -> {
                held.give(reserved);
                routing.vertx().cancelTimer(late);
            });
            String type = request.getHeader("content-type");
            if (type == null || !type.toLowerCase(java.util.Locale.ROOT).startsWith("multipart/form-data") || !type.contains("boundary=")) {
                refuse(Failure.of(Reason.INVALID_FIELD, "the body must be a form: content-type: multipart/form-data; boundary=…"));
                return;
            }
            request.exceptionHandler(malformed -> refuse(Failure.of(Reason.INVALID_FIELD, "the form cannot be read")));
            try {
                request.setExpectMultipart(true);
            } catch (RuntimeException malformed) {
                refuse(Failure.of(Reason.INVALID_FIELD, "the form cannot be read"));
                return;
            }
            request.uploadHandler(this::part);
            request.endHandler(end -> end());
        }

        private void part(HttpServerFileUpload part) {
            if (!part.name().equals("file") || file != null) {
                refuse(Failure.inField(Reason.INVALID_FIELD, "file", "the form must hold one file, called 'file'"));
                return;
            }
            file = Buffer.buffer();
            name = part.filename() == null ? "" : part.filename();
            part.exceptionHandler(broken -> refuse(Failure.of(Reason.INVALID_FIELD, "the form cannot be read")));
            part.handler(this::more);
        }

        private void more(Buffer bytes) {
            if (over) {
                return;
            }
            try {
                if (file.length() + bytes.length() > most) {
                    throw Failure.inField(Reason.IMAGE_TOO_LARGE, "file", "the file may have at most " + most + " bytes");
                }
                held.take(bytes.length());
                reserved += bytes.length();
                file.appendBuffer(bytes);
            } catch (Failure tooMuch) {
                refuse(tooMuch);
            }
        }

        private void end() {
            if (over) {
                return;
            }
            try {
                Upload upload = upload();
                over = true;
                whole.accept(upload);
            } catch (Failure invalid) {
                refuse(invalid);
            }
        }

        private Upload upload() {
            MultiMap fields = request.formAttributes();
            for (String field : fields.names()) {
                if (!FIELDS.contains(field)) {
                    String shown = field.length() > 64 ? field.substring(0, 64) + "…" : field;
                    throw Failure.inField(Reason.UNSUPPORTED_FIELD, shown, "'" + shown + "' is not a field that this server knows");
                }
            }
            String purpose = fields.get("purpose");
            if (purpose == null) {
                throw Failure.inField(Reason.INVALID_FIELD, "purpose", "'purpose' is required");
            }
            if (!purpose.equals("vision")) {
                throw Failure.inField(Reason.UNSUPPORTED_FIELD, "purpose", "'purpose' must be 'vision': this server keeps pictures only");
            }
            if (file == null) {
                throw Failure.inField(Reason.INVALID_FIELD, "file", "'file' is required");
            }
            String shown = name.replaceAll("[\\p{Cntrl}/\\\\]", "_");
            return new Upload(shown.length() > LONGEST_NAME ? shown.substring(0, LONGEST_NAME) : shown, file.getBytes(), expiry(fields));
        }

        private Optional<Duration> expiry(MultiMap fields) {
            String anchor = fields.get("expires_after[anchor]");
            String seconds = fields.get("expires_after[seconds]");
            if (anchor == null && seconds == null) {
                return Optional.empty();
            }
            if (!"created_at".equals(anchor)) {
                throw Failure.inField(Reason.INVALID_FIELD, "expires_after.anchor", "'expires_after[anchor]' must be 'created_at'");
            }
            if (seconds == null || !seconds.matches("[0-9]{1,9}") || Long.parseLong(seconds) < SHORTEST_EXPIRY || Long.parseLong(seconds) > LONGEST_EXPIRY) {
                throw Failure.inField(Reason.INVALID_FIELD, "expires_after.seconds",
                        "'expires_after[seconds]' must be from " + SHORTEST_EXPIRY + " to " + LONGEST_EXPIRY);
            }
            return Optional.of(Duration.ofSeconds(Long.parseLong(seconds)));
        }

        /** The rest of the form is thrown away; who goes on for long is cut off. */
        private void refuse(Failure failure) {
            if (over) {
                return;
            }
            over = true;
            file = null;
            refused.accept(failure);
            routing.vertx().setTimer(LINGER_MILLIS, now -> {
                if (!request.isEnded()) {
                    Reply.cut(request);
                }
            });
        }
    }
}
