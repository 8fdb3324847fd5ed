package io.tesserae.families;

import java.util.List;

/** What becomes of one picture. */
public interface PicturePlan {

    /** Tiles that are encoded, overview included, at least 1. */
    int tileCount();

    /** The image's part of the prompt, in place of the one image token that the chat template prints. */
    List<PromptPiece> layout();

    /**
     * Prepares a picture of the planned size for cutting. Tiles can be asked for in any order and from several threads, each
     * as soon as the eye has room for it.
     */
    TileCutter cutterOf(Pixels picture);

    /** Tokens that this picture takes in slots. */
    default int imageTokens() {
        return layout().stream().mapToInt(piece -> piece instanceof PromptPiece.Slot slot ? slot.tokens() : 0).sum();
    }
}
