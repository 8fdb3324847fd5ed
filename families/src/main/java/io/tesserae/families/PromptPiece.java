package io.tesserae.families;

import java.util.List;

/** A piece of an image's part of the prompt. */
public sealed interface PromptPiece {

    /** Text with special tokens, such as {@code <row_1_col_2>}. */
    record Text(String text) implements PromptPiece {
    }

    /**
     * A run of image tokens that takes the embeddings of tiles. It can be computed as soon as these tiles are, so that runs of
     * few tiles let the brain read while the eye still looks.
     *
     * @param tiles   indices of the tiles that it takes from, at least one
     * @param tokens  tokens in the run
     * @param weaving how it is made of them
     */
    record Slot(List<Integer> tiles, int tokens, Weaving weaving) implements PromptPiece {

        public Slot {
            tiles = List.copyOf(tiles);
        }

        /** A run that is one tile's embeddings as they are. */
        public Slot(int tile, int tokens) {
            this(List.of(tile), tokens, Weaving.WHOLE);
        }
    }
}
