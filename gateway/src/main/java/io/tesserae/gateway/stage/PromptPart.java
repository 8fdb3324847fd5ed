package io.tesserae.gateway.stage;

import io.tesserae.families.TokenGrid;
import java.util.Optional;

/** A piece of the prompt that the brain reads. */
public sealed interface PromptPart {

    /** Text with special tokens. */
    record Text(String text) implements PromptPart {
    }

    /**
     * A run of image tokens, whose embeddings come separately.
     *
     * @param slot   number in the prompt, from 0
     * @param tokens tokens in the run
     * @param grid   how they are laid out, for brains that ask
     * @param hash   SHA-256 over everything that its embeddings follow from
     */
    record Slot(int slot, int tokens, Optional<TokenGrid> grid, byte[] hash) implements PromptPart {
    }
}
