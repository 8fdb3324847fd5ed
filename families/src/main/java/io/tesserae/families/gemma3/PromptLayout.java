package io.tesserae.families.gemma3;

import io.tesserae.families.PromptPiece;
import java.util.ArrayList;
import java.util.List;

/** Each tile's run of image tokens stands between two tokens of its own, on lines of its own; crops come with a sentence. */
record PromptLayout(int tokensPerTile) {

    private static final String BEFORE = "\n\n<start_of_image>";
    private static final String AFTER = "<end_of_image>\n\n";

    List<PromptPiece> of(int crops) {
        List<PromptPiece> pieces = new ArrayList<>();
        String lead = crops > 0 ? "Here is the original image " : "";
        for (int tile = 0; tile <= crops; tile++) {
            pieces.add(new PromptPiece.Text(lead + BEFORE));
            pieces.add(new PromptPiece.Slot(tile, tokensPerTile));
            lead = AFTER + (tile == 0 ? " and here are some crops to help you see better " : " ");
        }
        pieces.add(new PromptPiece.Text(AFTER));
        return pieces;
    }
}
