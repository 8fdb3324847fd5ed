package io.tesserae.families.llavaonevision;

import io.tesserae.families.ModelFacts;
import io.tesserae.families.PromptPiece;
import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.tiling.Cells;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.GridWeaving;
import io.tesserae.families.tiling.ModelConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * The overview's tokens, then the rows of the grid, each ended by the newline, shrunk where they are too many; a square tile alone is
 * ended by the newline too.
 *
 * @param side     tokens along a tile; the nerve gives their square and the newline
 * @param maxTiles how many tiles' worth of tokens the grid may have: the 9 of {@code anyres_max_9}
 */
record PromptLayout(int side, int maxTiles) {

    private static final String PREFIX = "anyres_max_";

    static PromptLayout of(ModelFacts facts) {
        int side = (int) Math.sqrt(facts.tokensPerTile() - 1.0);
        if (side < 1 || side * side + 1 != facts.tokensPerTile()) {
            throw new UnsupportedModelException("tokens_per_tile of the projector is " + facts.tokensPerTile() + ", not a square and one newline");
        }
        String ratio = ModelConfig.text(facts.config(), "vision_aspect_ratio", PREFIX + 9);
        if (!ratio.matches(PREFIX + "[1-9][0-9]{0,3}")) {
            throw new UnsupportedModelException("config.json: vision_aspect_ratio " + ratio + " is not supported (anyres_max_9 and other numbers are)");
        }
        return new PromptLayout(side, Integer.parseInt(ratio.substring(PREFIX.length())));
    }

    List<PromptPiece> square() {
        return List.of(new PromptPiece.Slot(0, side * side + 1));
    }

    List<PromptPiece> of(int width, int height, Grid grid) {
        List<PromptPiece> pieces = new ArrayList<>();
        pieces.add(new PromptPiece.Slot(List.of(0), side * side, GridWeaving.first(side * side)));
        Cells cells = Cells.showing(width, height, grid, side);
        pieces.addAll(ShrunkWeaving.of(grid, side, cells, maxTiles)
                .map(shrunk -> List.<PromptPiece>of(new PromptPiece.Slot(shrunk.whole().tiles(), shrunk.tokens(), shrunk)))
                .orElseGet(() -> GridWeaving.rowByRow(grid, side, cells)));
        return pieces;
    }
}
