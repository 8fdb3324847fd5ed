package io.tesserae.families;

import java.util.List;
import java.util.Optional;

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
     * @param grid    how they are laid out; empty where the brain does not ask
     * @param weaving how it is made of them
     */
    record Slot(List<Integer> tiles, int tokens, Optional<TokenGrid> grid, Weaving weaving) implements PromptPiece {

        public Slot {
            tiles = List.copyOf(tiles);
        }

        /** A run whose tokens have no layout that the brain asks for. */
        public Slot(List<Integer> tiles, int tokens, Weaving weaving) {
            this(tiles, tokens, Optional.empty(), weaving);
        }

        /** A run that is one tile's embeddings as they are. */
        public Slot(int tile, int tokens) {
            this(List.of(tile), tokens, Weaving.WHOLE);
        }

        /** The same for a brain that asks how they are laid out. */
        public Slot(int tile, TokenGrid grid) {
            this(List.of(tile), grid.count(), Optional.of(grid), Weaving.WHOLE);
        }
    }
}
