package io.tesserae.engines;

/** An engine that cannot be opened or a run that failed. The message is for an operator: it may name files and nodes. */
public final class EngineException extends RuntimeException {

    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
