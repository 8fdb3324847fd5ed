package io.tesserae.gateway;

/**
 * A call of a function that a model made earlier in the conversation.
 *
 * @param id        names the call, for the message that answers it
 * @param name      of the function
 * @param arguments as they were sent, JSON or not
 */
public record ToolCall(String id, String name, String arguments) {
}
