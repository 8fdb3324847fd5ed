package io.tesserae.contract.failure;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * A call that cannot be answered, with its reason and, where one is to blame, the request field. The message is written for
 * the caller: it never holds image contents, prompts or paths.
 */
public final class Failure extends RuntimeException {

    /** Domain of our ErrorInfo. */
    public static final String DOMAIN = "tesserae";

    private static final String FIELD = "field";
    private static final String RETRY_AFTER = "retry_after_seconds";

    /**
     * Bounds, in UTF-8 bytes, of what travels in trailers, of which a peer takes 8 KiB: a message goes there twice, percent-encoded
     * and in base64.
     */
    private static final int MESSAGE_BYTES = 1200;
    private static final int FIELD_BYTES = 400;

    private final Reason reason;
    private final String field;
    private final int retryAfterSeconds;

    private Failure(Reason reason, String field, String message, int retryAfterSeconds, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.field = field;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public static Failure of(Reason reason, String message) {
        return new Failure(reason, null, message, 0, null);
    }

    public static Failure of(Reason reason, String message, Throwable cause) {
        return new Failure(reason, null, message, 0, cause);
    }

    /** A failure that a request field is to blame for, such as {@code messages[0].content[1].image_url.url}. */
    public static Failure inField(Reason reason, String field, String message) {
        return new Failure(reason, field, message, 0, null);
    }

    /** An overload: the caller may come back after that many seconds, at least 1. */
    public static Failure overload(Reason reason, int retryAfterSeconds, String message) {
        return new Failure(reason, null, message, Math.max(1, retryAfterSeconds), null);
    }

    /** This failure, blaming that field. */
    public Failure blaming(String newField) {
        return new Failure(reason, newField, getMessage(), retryAfterSeconds, getCause());
    }

    public Reason reason() {
        return reason;
    }

    /** The request field to blame, where there is one. */
    public Optional<String> field() {
        return Optional.ofNullable(field);
    }

    /** Seconds after which to come back; 0 where coming back does not help. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** The wire form: a status with an ErrorInfo. A very long message or field is cut. */
    public StatusRuntimeException toStatus() {
        Map<String, String> metadata = new HashMap<>();
        field().ifPresent(name -> metadata.put(FIELD, cut(name, FIELD_BYTES)));
        if (retryAfterSeconds > 0) {
            metadata.put(RETRY_AFTER, Integer.toString(retryAfterSeconds));
        }
        ErrorInfo info = ErrorInfo.newBuilder().setReason(reason.name()).setDomain(DOMAIN).putAllMetadata(metadata).build();
        com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder()
                .setCode(reason.grpc().value())
                .setMessage(getMessage() == null ? reason.name() : cut(getMessage(), MESSAGE_BYTES))
                .addDetails(Any.pack(info));
        // The same once more in the forms that clients' own libraries act on.
        if (retryAfterSeconds > 0) {
            status.addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(Duration.newBuilder().setSeconds(retryAfterSeconds)).build()));
        }
        if (field != null && reason.grpc() == Status.Code.INVALID_ARGUMENT) {
            status.addDetails(Any.pack(BadRequest.newBuilder()
                    .addFieldViolations(BadRequest.FieldViolation.newBuilder().setField(cut(field, FIELD_BYTES)).setReason(reason.name()))
                    .build()));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    private static String cut(String text, int bytes) {
        if (text.length() <= bytes / 3 || text.getBytes(StandardCharsets.UTF_8).length <= bytes) {
            return text;
        }
        CharBuffer kept = CharBuffer.allocate(bytes);
        StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.IGNORE)
                .decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8), 0, bytes), kept, true);
        return kept.flip() + "…";
    }

    /** The failure behind anything thrown: a Failure, a wire status, or an unexpected exception, which becomes INTERNAL. */
    public static Failure from(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Failure failure) {
            return failure;
        }
        if (cause instanceof StatusRuntimeException || cause instanceof StatusException) {
            return fromStatus(cause);
        }
        if (cause instanceof CancellationException) {
            return of(Reason.CANCELLED, "the call was cancelled", cause);
        }
        if (cause instanceof TimeoutException) {
            return of(Reason.DEADLINE_EXCEEDED, "the deadline passed", cause);
        }
        return of(Reason.INTERNAL, "internal error", cause);
    }

    private static Failure fromStatus(Throwable thrown) {
        com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
        if (status != null) {
            for (Any detail : status.getDetailsList()) {
                Optional<Failure> failure = fromDetail(status, detail, thrown);
                if (failure.isPresent()) {
                    return failure.get();
                }
            }
        }
        Status plain = Status.fromThrowable(thrown);
        String description = plain.getDescription() == null ? plain.getCode().name() : plain.getDescription();
        return of(Reason.of(plain.getCode()), description, thrown);
    }

    private static Optional<Failure> fromDetail(com.google.rpc.Status status, Any detail, Throwable thrown) {
        if (!detail.is(ErrorInfo.class)) {
            return Optional.empty();
        }
        try {
            ErrorInfo info = detail.unpack(ErrorInfo.class);
            if (!info.getDomain().equals(DOMAIN)) {
                return Optional.empty();
            }
            int retryAfter = Integer.parseInt(info.getMetadataOrDefault(RETRY_AFTER, "0"));
            String field = info.getMetadataMap().get(FIELD);
            return Optional.of(new Failure(Reason.valueOf(info.getReason()), field, status.getMessage(), retryAfter, thrown));
        } catch (InvalidProtocolBufferException | IllegalArgumentException newerPeer) {
            // A newer peer may know reasons that we do not: its status code still says the kind.
            return Optional.empty();
        }
    }
}
