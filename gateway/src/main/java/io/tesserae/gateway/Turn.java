package io.tesserae.gateway;

import java.util.List;

/**
 * One message of a conversation.
 *
 * @param role    who speaks
 * @param name    the speaker's name, for templates that print it; empty for none
 * @param content words and pictures in order
 */
public record Turn(Role role, String name, List<Content> content) {

    /** Who speaks. */
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT
    }
}
