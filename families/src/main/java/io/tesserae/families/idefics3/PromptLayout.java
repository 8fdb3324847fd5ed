package io.tesserae.families.idefics3;

import io.tesserae.families.PromptPiece;
import io.tesserae.families.tiling.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Row and column tokens before each tile, a line break after each row, the overview last. */
record PromptLayout(int tokensPerTile) {

    private static final String AROUND = "<fake_token_around_image>";
    private static final String OVERVIEW = "<global-img>";

    List<PromptPiece> of(Optional<Grid> tiles) {
        List<PromptPiece> pieces = new ArrayList<>();
        String before = "";
        int tile = 0;
        if (tiles.isPresent()) {
            for (int row = 1; row <= tiles.get().rows(); row++) {
                for (int column = 1; column <= tiles.get().columns(); column++) {
                    pieces.add(new PromptPiece.Text(before + AROUND + "<row_" + row + "_col_" + column + ">"));
                    pieces.add(new PromptPiece.Slot(tile++, tokensPerTile));
                    before = "";
                }
                before = "\n";
            }
            before = "\n\n";
        }
        pieces.add(new PromptPiece.Text(before + AROUND + OVERVIEW));
        pieces.add(new PromptPiece.Slot(tile, tokensPerTile));
        pieces.add(new PromptPiece.Text(AROUND));
        return pieces;
    }
}
