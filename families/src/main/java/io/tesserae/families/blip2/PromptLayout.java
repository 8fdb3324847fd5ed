package io.tesserae.families.blip2;

import io.tesserae.families.PromptPiece;
import java.util.List;

/** One run of image tokens: the queries' answers. */
record PromptLayout(int tokens) {

    List<PromptPiece> pieces() {
        return List.of(new PromptPiece.Slot(0, tokens));
    }
}
