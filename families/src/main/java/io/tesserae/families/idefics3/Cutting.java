package io.tesserae.families.idefics3;

import io.tesserae.families.Pixels;
import io.tesserae.families.TileCutter;
import io.tesserae.families.pixels.Filter;
import io.tesserae.families.pixels.Resampler;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.ProcessorSettings;
import java.util.Optional;

/**
 * Cuts a picture into tiles. The reference resizes in steps, each of which rounds to 8 bits: to the longest edge, to whole
 * tiles, and the overview from the latter; a single resize would give other pixels.
 */
record Cutting(Tiling tiling, Filter filter) {

    static Cutting of(ProcessorSettings settings, Tiling tiling) {
        return new Cutting(tiling, settings.filter(Filter.LANCZOS));
    }

    TileCutter of(Pixels picture, boolean split) {
        Tiling.Size enlarged = tiling.enlarged(picture.width(), picture.height());
        Pixels step = Resampler.resize(picture, enlarged.width(), enlarged.height(), filter);
        if (!split) {
            return index -> overview(step);
        }
        Tiling.Size whole = tiling.wholeTiles(enlarged);
        Pixels tiled = Resampler.resize(step, whole.width(), whole.height(), filter);
        Optional<Grid> grid = tiling.gridOf(picture.width(), picture.height());
        int overviewIndex = grid.map(Grid::count).orElse(0);
        return index -> index == overviewIndex ? overview(tiled) : grid.orElseThrow().cut(tiled, index);
    }

    private Pixels overview(Pixels picture) {
        return Resampler.resize(picture, tiling.tile(), tiling.tile(), filter);
    }
}
