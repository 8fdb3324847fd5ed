package io.tesserae.gateway.stage;

/** A piece of a conversation as the chat template rendered it. */
public sealed interface RenderedPart {

    /** Text with special tokens. */
    record Text(String text) implements RenderedPart {
    }

    /** The place of a picture, counted from 0 in the order of the conversation. */
    record Image(int index) implements RenderedPart {
    }
}
