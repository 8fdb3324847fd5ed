package io.tesserae.gateway;

/**
 * Functions that a model may call.
 *
 * @param shown    all of them, as a JSON array in OpenAI's form, for the model to read
 * @param callable those that it may call now, in the same form; at least 1
 * @param required whether it must call one
 * @param parallel whether one answer may call several
 */
public record ToolOffer(String shown, String callable, boolean required, boolean parallel) {
}
