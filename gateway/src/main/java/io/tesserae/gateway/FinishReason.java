package io.tesserae.gateway;

/** Why an answer ended. */
public enum FinishReason {
    /** An end token or a stop string. */
    STOP("stop"),
    /** The limit asked for, or the end of the context. */
    LENGTH("length"),
    /** Tools were called, and their results are wanted. */
    TOOL_CALLS("tool_calls");

    private final String wire;

    FinishReason(String wire) {
        this.wire = wire;
    }

    /** Its name in answers. */
    public String wire() {
        return wire;
    }
}
