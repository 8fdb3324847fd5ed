package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.families.Detail;
import io.tesserae.families.PicturePlan;
import io.tesserae.families.UnsupportedPictureException;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.stage.LoadedModel;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/**
 * Step 4: has the family plan each picture, by arithmetic alone. Pictures that cannot fit the context are refused here, before
 * any is cut; cutting happens on the way to the eye.
 */
@ApplicationScoped
class PlanTiles {

    /** {@code places}: how many pictures the conversation shows, one that stands in it twice counted twice. */
    List<TiledPicture> of(List<OpenPicture> pictures, int places, LoadedModel model, Errand errand) {
        if (places > 0 && places > model.pictures().mostPictures()) {
            throw Failure.inField(Reason.INVALID_FIELD, "messages", "this model takes " + model.pictures().mostPictures()
                    + " image a request; this one shows " + places);
        }
        List<TiledPicture> tiled = new ArrayList<>();
        int tokens = 0;
        for (OpenPicture picture : pictures) {
            errand.check();
            Detail detail = model.pictures().detailAmong(picture.file().detail(), places);
            PicturePlan plan = planOf(picture, detail, model);
            tokens += plan.imageTokens();
            if (tokens >= model.brain().context()) {
                throw Failure.inField(Reason.CONTEXT_FULL, "messages", "the images alone take " + tokens
                        + " tokens; the model's context is " + model.brain().context() + " tokens");
            }
            tiled.add(new TiledPicture(picture, detail, plan));
        }
        return tiled;
    }

    private static PicturePlan planOf(OpenPicture picture, Detail detail, LoadedModel model) {
        try {
            return model.pictures().plan(picture.width(), picture.height(), detail);
        } catch (UnsupportedPictureException unsupported) {
            throw Failure.inField(Reason.INVALID_FIELD, picture.file().field(), unsupported.getMessage());
        }
    }
}
