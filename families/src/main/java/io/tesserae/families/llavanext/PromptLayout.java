package io.tesserae.families.llavanext;

import io.tesserae.families.PromptPiece;
import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.tiling.Cells;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.GridWeaving;
import java.util.ArrayList;
import java.util.List;

/**
 * The overview's tokens, then the rows of the grid, each ended by the newline; where there is no grid, the newline ends the overview.
 *
 * @param side tokens along a tile; the nerve gives their square and the newline
 */
record PromptLayout(int side) {

    static PromptLayout of(int tokensPerTile) {
        int side = (int) Math.sqrt(tokensPerTile - 1.0);
        if (side < 1 || side * side + 1 != tokensPerTile) {
            throw new UnsupportedModelException("tokens_per_tile of the projector is " + tokensPerTile + ", not a square and one newline");
        }
        return new PromptLayout(side);
    }

    List<PromptPiece> overview() {
        return List.of(new PromptPiece.Slot(0, side * side + 1));
    }

    List<PromptPiece> of(int width, int height, Grid grid) {
        List<PromptPiece> pieces = new ArrayList<>();
        pieces.add(new PromptPiece.Slot(List.of(0), side * side, GridWeaving.first(side * side)));
        pieces.addAll(GridWeaving.rowByRow(grid, side, Cells.showing(width, height, grid, side)));
        return pieces;
    }
}
