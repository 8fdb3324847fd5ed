package io.tesserae.families.internvl;

import io.tesserae.families.PromptPiece;
import java.util.ArrayList;
import java.util.List;

/** All of a picture's tokens between two marks, the thumbnail's last. */
record PromptLayout(int tokensPerTile) {

    private static final String BEFORE = "<img>";
    private static final String AFTER = "</img>";

    List<PromptPiece> of(int tiles) {
        List<PromptPiece> pieces = new ArrayList<>();
        pieces.add(new PromptPiece.Text(BEFORE));
        for (int tile = 0; tile < tiles; tile++) {
            pieces.add(new PromptPiece.Slot(tile, tokensPerTile));
        }
        pieces.add(new PromptPiece.Text(AFTER));
        return pieces;
    }
}
