package io.tesserae.families;

/** A piece of an image's part of the prompt. */
public sealed interface PromptPiece {

    /** Text with special tokens, such as {@code <row_1_col_2>}. */
    record Text(String text) implements PromptPiece {
    }

    /**
     * A run of image tokens that takes the embeddings of one tile.
     *
     * @param tile   index of the tile
     * @param tokens tokens in the run
     */
    record Slot(int tile, int tokens) implements PromptPiece {
    }
}
