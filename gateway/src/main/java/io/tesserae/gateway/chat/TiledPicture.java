package io.tesserae.gateway.chat;

import io.tesserae.families.Detail;
import io.tesserae.families.PicturePlan;
import io.tesserae.families.PromptPiece;
import io.tesserae.gateway.sight.ContentHash;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.trace.Trace;
import java.util.List;
import java.util.Locale;

/**
 * A picture and what becomes of it.
 *
 * @param detail what it was planned with: the plan follows from this and the picture's size alone
 */
record TiledPicture(OpenPicture picture, Detail detail, PicturePlan plan) {

    /** What a request's trace says of it. */
    Trace.Picture traced() {
        return new Trace.Picture(picture.file().hash().toString(), picture.width(), picture.height(), detail.name().toLowerCase(Locale.ROOT),
                plan.tileCount(), plan.imageTokens());
    }

    /** The slots of its plan, in order. */
    List<PromptPiece.Slot> slots() {
        return plan.layout().stream().filter(PromptPiece.Slot.class::isInstance).map(PromptPiece.Slot.class::cast).toList();
    }

    /**
     * What its embeddings are known by: all that they follow from.
     *
     * @param picture     over its pixels, or over the file that they are decoded from
     * @param instruction ids of the question for a nerve that reads it; empty where none does
     */
    ContentHash keyOf(ContentHash picture, LoadedModel model, List<Long> instruction) {
        return ContentHash.of("tesserae picture 5", picture, picture().width(), picture().height(), detail, plan.tileCount(),
                model.revision(), model.brain().family(), model.nerveName(),
                model.eye().map(eye -> eye.engine() + " " + eye.precision()).orElse(""),
                model.chosen().map(nerve -> nerve.kind() + " " + nerve.precision() + " " + nerve.tokensPerTile()).orElse(""),
                instruction);
    }
}
