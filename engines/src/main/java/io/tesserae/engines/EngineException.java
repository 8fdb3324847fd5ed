package io.tesserae.engines;

import io.tesserae.contract.failure.Reason;

/**
 * An engine that cannot be opened or a run that failed. The message is for an operator: it may name files, nodes and addresses. Its reason is what a
 * caller is told: INTERNAL unless the engine is elsewhere and cannot be reached, has no room or did not answer in time.
 */
public final class EngineException extends RuntimeException {

    private final Reason reason;

    public EngineException(String message) {
        this(Reason.INTERNAL, message, null);
    }

    public EngineException(String message, Throwable cause) {
        this(Reason.INTERNAL, message, cause);
    }

    public EngineException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
