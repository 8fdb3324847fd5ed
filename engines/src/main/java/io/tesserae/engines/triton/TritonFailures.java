package io.tesserae.engines.triton;

import io.grpc.Status;
import io.tesserae.contract.failure.Reason;
import io.tesserae.engines.EngineException;
import java.util.Set;

/** What Triton's refusals mean here, and which of them may be asked again. */
final class TritonFailures {

    /**
     * Nobody took the call, or whoever took it is gone. A run changes nothing, so that it may be made again whatever became of it. That a model is not
     * known is asked again elsewhere: it may be loaded there. Whoever shuts down cancels its calls; what we cancel ourselves is not asked about here.
     */
    private static final Set<Status.Code> ELSEWHERE = Set.of(Status.Code.UNAVAILABLE, Status.Code.NOT_FOUND, Status.Code.CANCELLED);

    private TritonFailures() {
    }

    static boolean mayGoElsewhere(Status status) {
        return !saysNoRoom(words(status)) && (ELSEWHERE.contains(status.getCode()) || isConnectionLost(status) || isUnknownModel(status));
    }

    /** A server that is killed resets its streams: grpc-java reports some of them so. */
    private static boolean isConnectionLost(Status status) {
        return status.getCode() == Status.Code.INTERNAL && words(status).contains("RST_STREAM")
                || status.getCode() == Status.Code.UNKNOWN && status.getCause() instanceof java.io.IOException;
    }

    private static boolean isUnknownModel(Status status) {
        return saysAway(words(status));
    }

    /** Whether those are Triton's words for a model that it does not have, or not now. */
    static boolean saysAway(String words) {
        return words.contains("unknown model") || words.contains("is not ready") || words.contains("not at ready state") || words.contains("being unloaded");
    }

    /** Whether those are Triton's or our own model's words for a queue that is full. */
    static boolean saysNoRoom(String words) {
        return words.contains("Exceeds maximum queue size") || words.contains("queue is full");
    }

    /** Whether that says something of the server rather than of this one call. */
    static boolean blamesServer(Status status) {
        return mayGoElsewhere(status) || status.getCode() == Status.Code.DEADLINE_EXCEEDED;
    }

    /** In the engine's terms. The message names model and address. */
    static EngineException explained(String model, String address, Status status) {
        String message = model + " on Triton at " + address + ": " + words(status);
        return new EngineException(reason(status), message, status.asRuntimeException());
    }

    private static Reason reason(Status status) {
        if (saysNoRoom(words(status))) {
            return Reason.QUEUE_FULL;
        }
        if (mayGoElsewhere(status)) {
            return Reason.STAGE_UNAVAILABLE;
        }
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> Reason.DEADLINE_EXCEEDED;
            // Triton answers so where its own queue is full.
            case RESOURCE_EXHAUSTED -> Reason.QUEUE_FULL;
            default -> Reason.INTERNAL;
        };
    }

    static String words(Status status) {
        return status.getDescription() == null ? status.getCode().name() : status.getDescription();
    }
}
