package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import java.util.Locale;

/**
 * OpenAI's error body, with the status it is sent with.
 *
 * @param param             field to blame; null for none
 * @param retryAfterSeconds 0 for no {@code Retry-After}
 */
record ApiError(int status, String message, String type, String param, String code, int retryAfterSeconds) {

    private static final String INVALID = "invalid_request_error";

    /** How a failure is told: the one place where reasons become OpenAI's types and codes. */
    static ApiError of(Failure failure) {
        String type = switch (failure.reason()) {
            case UNAUTHENTICATED -> "authentication_error";
            case PERMISSION_DENIED -> "permission_error";
            case QUEUE_FULL, KV_CACHE_FULL, RATE_LIMITED -> "rate_limit_error";
            case QUOTA_EXCEEDED -> "insufficient_quota";
            case INTERNAL, STAGE_UNAVAILABLE, REVISION_MISMATCH -> "server_error";
            case DEADLINE_EXCEEDED, BODY_TOO_SLOW -> "timeout_error";
            default -> INVALID;
        };
        String code = switch (failure.reason()) {
            case CONTEXT_FULL -> "context_length_exceeded";
            case INVALID_FIELD -> "invalid_value";
            case UNSUPPORTED_FIELD -> "unsupported_parameter";
            case UNAUTHENTICATED -> "invalid_api_key";
            case RATE_LIMITED -> "rate_limit_exceeded";
            case QUOTA_EXCEEDED -> "insufficient_quota";
            case IMAGE_URL_REFUSED, IMAGE_NOT_FETCHED -> "invalid_image_url";
            case CONTENT_REFUSED -> "content_policy_violation";
            default -> failure.reason().name().toLowerCase(Locale.ROOT);
        };
        int retryAfter = failure.reason().http() == 503 ? Math.max(1, failure.retryAfterSeconds()) : failure.retryAfterSeconds();
        return new ApiError(failure.reason().http(), failure.getMessage(), type, failure.field().orElse(null), code, retryAfter);
    }

    static ApiError notFound(String path) {
        return new ApiError(404, "there is nothing at " + path, INVALID, null, "not_found", 0);
    }

    static ApiError methodNotAllowed(String method, String allowed) {
        return new ApiError(405, method + " is not allowed here; use " + allowed, INVALID, null, "method_not_allowed", 0);
    }

    static ApiError unsupportedMediaType() {
        return new ApiError(415, "the body must be JSON in UTF-8: content-type: application/json", INVALID, null,
                "unsupported_media_type", 0);
    }

    static ApiError other(int status, String message) {
        return new ApiError(status, message, status < 500 ? INVALID : "server_error", null, null, 0);
    }

    ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error").put("message", message).put("type", type).put("param", param).put("code", code);
        return body;
    }
}
