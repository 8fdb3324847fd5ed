package io.tesserae.families.tesserae;

import io.tesserae.families.PromptPiece;
import io.tesserae.families.tiling.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The overview, then each row of tiles on a line of its own, and a line break at the end. */
record PromptLayout(int tokensPerTile) {

    private static final PromptPiece BREAK = new PromptPiece.Text("\n");

    List<PromptPiece> of(Optional<Grid> tiles) {
        List<PromptPiece> pieces = new ArrayList<>();
        pieces.add(new PromptPiece.Slot(0, tokensPerTile));
        tiles.ifPresent(grid -> {
            for (int tile = 0; tile < grid.count(); tile++) {
                if (tile % grid.columns() == 0) {
                    pieces.add(BREAK);
                }
                pieces.add(new PromptPiece.Slot(tile + 1, tokensPerTile));
            }
        });
        pieces.add(BREAK);
        return pieces;
    }
}
