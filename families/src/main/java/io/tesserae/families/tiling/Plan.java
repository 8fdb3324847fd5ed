package io.tesserae.families.tiling;

import io.tesserae.families.PicturePlan;
import io.tesserae.families.Pixels;
import io.tesserae.families.PromptPiece;
import io.tesserae.families.TileCutter;
import java.util.List;
import java.util.function.Function;

/** A plan made of its parts. */
public record Plan(int tileCount, List<PromptPiece> layout, Function<Pixels, TileCutter> cutting) implements PicturePlan {

    @Override
    public TileCutter cutterOf(Pixels picture) {
        return cutting.apply(picture);
    }
}
