package io.tesserae.families.qwenvl;

import io.tesserae.families.PromptPiece;
import java.util.List;

/** One run of image tokens, between those that the chat template prints around it. */
record PromptLayout(int tokens) {

    List<PromptPiece> pieces() {
        return List.of(new PromptPiece.Slot(0, tokens));
    }
}
