package io.tesserae.gateway;

import java.util.List;

/**
 * One message of a conversation.
 *
 * @param role    who speaks
 * @param name    the speaker's name, or that of the tool that answers, for templates that print it; empty for none
 * @param content words and pictures in order; empty where an assistant only calls tools
 * @param calls   what an assistant calls
 * @param callId  which call a tool's message answers; empty for others
 */
public record Turn(Role role, String name, List<Content> content, List<ToolCall> calls, String callId) {

    /** Who speaks. */
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT,
        TOOL
    }

    /** A message that only says something. */
    public Turn(Role role, String name, List<Content> content) {
        this(role, name, content, List.of(), "");
    }
}
