package io.tesserae.gateway.chat;

import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.stage.LoadedModel;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** Step 4: has the family plan each picture, by arithmetic alone. Cutting happens on the way to the eye. */
@ApplicationScoped
class PlanTiles {

    List<TiledPicture> of(List<OpenPicture> pictures, LoadedModel model, Errand errand) {
        List<TiledPicture> tiled = new ArrayList<>();
        int tiles = 0;
        for (OpenPicture picture : pictures) {
            errand.check();
            var plan = model.pictures().plan(picture.width(), picture.height(), picture.file().detail());
            tiled.add(new TiledPicture(picture, plan, tiles));
            tiles += plan.tileCount();
        }
        return tiled;
    }
}
