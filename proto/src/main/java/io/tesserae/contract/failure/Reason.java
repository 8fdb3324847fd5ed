package io.tesserae.contract.failure;

import io.grpc.Status;
import io.tesserae.failure.v1.FailureReason;

/** Why a call fails, with the one gRPC status and the one HTTP status that it is answered with. Mirrors {@link FailureReason}. */
public enum Reason {
    INVALID_FIELD(Status.Code.INVALID_ARGUMENT, 400),
    UNSUPPORTED_FIELD(Status.Code.INVALID_ARGUMENT, 400),
    IMAGE_UNREADABLE(Status.Code.INVALID_ARGUMENT, 400),
    IMAGE_TOO_LARGE(Status.Code.INVALID_ARGUMENT, 413),
    IMAGE_TYPE_UNSUPPORTED(Status.Code.INVALID_ARGUMENT, 415),
    MODEL_NOT_FOUND(Status.Code.NOT_FOUND, 404),
    REVISION_MISMATCH(Status.Code.FAILED_PRECONDITION, 503),
    CONTEXT_FULL(Status.Code.INVALID_ARGUMENT, 400),
    QUEUE_FULL(Status.Code.RESOURCE_EXHAUSTED, 429),
    KV_CACHE_FULL(Status.Code.RESOURCE_EXHAUSTED, 429),
    STAGE_UNAVAILABLE(Status.Code.UNAVAILABLE, 503),
    DEADLINE_EXCEEDED(Status.Code.DEADLINE_EXCEEDED, 504),
    CANCELLED(Status.Code.CANCELLED, 499),
    INTERNAL(Status.Code.INTERNAL, 500),
    UNAUTHENTICATED(Status.Code.UNAUTHENTICATED, 401),
    PERMISSION_DENIED(Status.Code.PERMISSION_DENIED, 403),
    RATE_LIMITED(Status.Code.RESOURCE_EXHAUSTED, 429),
    REQUEST_TOO_LARGE(Status.Code.RESOURCE_EXHAUSTED, 413),
    TEMPLATE_REFUSED(Status.Code.INVALID_ARGUMENT, 400),
    IMAGE_URL_REFUSED(Status.Code.INVALID_ARGUMENT, 400),
    IMAGE_NOT_FETCHED(Status.Code.INVALID_ARGUMENT, 400),
    FILE_NOT_FOUND(Status.Code.NOT_FOUND, 404),
    QUOTA_EXCEEDED(Status.Code.RESOURCE_EXHAUSTED, 429),
    CONTENT_REFUSED(Status.Code.INVALID_ARGUMENT, 400),
    BODY_TOO_SLOW(Status.Code.DEADLINE_EXCEEDED, 408);

    private final Status.Code grpc;
    private final int http;

    Reason(Status.Code grpc, int http) {
        this.grpc = grpc;
        this.http = http;
    }

    public Status.Code grpc() {
        return grpc;
    }

    public int http() {
        return http;
    }

    /** Its name on the wire. */
    public FailureReason wire() {
        return FailureReason.valueOf("FAILURE_REASON_" + name());
    }

    /** What a status without an ErrorInfo means: one that grpc-java itself made. */
    static Reason of(Status.Code code) {
        return switch (code) {
            case INVALID_ARGUMENT, OUT_OF_RANGE -> INVALID_FIELD;
            case NOT_FOUND -> MODEL_NOT_FOUND;
            case FAILED_PRECONDITION, ABORTED -> REVISION_MISMATCH;
            case RESOURCE_EXHAUSTED -> REQUEST_TOO_LARGE;
            case UNAVAILABLE -> STAGE_UNAVAILABLE;
            case DEADLINE_EXCEEDED -> DEADLINE_EXCEEDED;
            case CANCELLED -> CANCELLED;
            case UNAUTHENTICATED -> UNAUTHENTICATED;
            case PERMISSION_DENIED -> PERMISSION_DENIED;
            case UNIMPLEMENTED -> UNSUPPORTED_FIELD;
            default -> INTERNAL;
        };
    }
}
