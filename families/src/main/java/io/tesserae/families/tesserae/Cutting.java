package io.tesserae.families.tesserae;

import io.tesserae.families.Pixels;
import io.tesserae.families.TileCutter;
import io.tesserae.families.pixels.Canvas;
import io.tesserae.families.pixels.Filter;
import io.tesserae.families.pixels.Resampler;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.ProcessorSettings;
import java.util.Optional;

/**
 * The overview first, on a ground of the eye's mean colour, which normalises to nearly 0; then the tiles of the picture
 * stretched to the grid.
 */
record Cutting(Tiling tiling, Filter filter, int[] ground) {

    static Cutting of(ProcessorSettings settings, Tiling tiling) {
        return new Cutting(tiling, settings.filter(Filter.BICUBIC), settings.colour("image_mean"));
    }

    TileCutter of(Pixels picture, Optional<Grid> grid) {
        Optional<Pixels> stretched = grid.map(tiles ->
                Resampler.resize(picture, tiles.columns() * tiling.tile(), tiles.rows() * tiling.tile(), filter));
        return index -> index == 0 ? overview(picture) : grid.orElseThrow().cut(stretched.orElseThrow(), index - 1);
    }

    private Pixels overview(Pixels picture) {
        Tiling.Size size = tiling.fitted(picture.width(), picture.height());
        Pixels fitted = Resampler.resize(picture, size.width(), size.height(), filter);
        return Canvas.place(fitted, tiling.tile(), tiling.tile(),
                (tiling.tile() - size.width()) / 2, (tiling.tile() - size.height()) / 2, ground);
    }
}
