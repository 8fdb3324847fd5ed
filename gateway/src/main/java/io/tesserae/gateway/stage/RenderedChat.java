package io.tesserae.gateway.stage;

import java.util.List;

/**
 * A conversation as the brain's chat template rendered it.
 *
 * @param parts       text and places of pictures, in order
 * @param instruction ids of that text for a nerve that reads it (InstructBLIP); empty where none does
 * @param toolForm    how the model writes calls of tools: {@code hermes}, {@code llama}; empty where it was offered none
 */
public record RenderedChat(List<RenderedPart> parts, List<Long> instruction, String toolForm) {
}
