package io.tesserae.families.qwen2vl;

import io.tesserae.families.PromptPiece;
import io.tesserae.families.TokenGrid;
import java.util.List;

/** One run of image tokens in place of the template's one, which stands between tokens that the template prints itself. */
record PromptLayout(int factor) {

    List<PromptPiece> of(Tiling.Size size) {
        return List.of(new PromptPiece.Slot(0, new TokenGrid(size.width() / factor, size.height() / factor)));
    }
}
