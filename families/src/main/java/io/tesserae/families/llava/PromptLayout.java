package io.tesserae.families.llava;

import io.tesserae.families.PromptPiece;
import java.util.List;

/** One run of image tokens in place of the template's one. */
record PromptLayout(int tokens) {

    List<PromptPiece> pieces() {
        return List.of(new PromptPiece.Slot(0, tokens));
    }
}
