package io.tesserae.families.internvl;

import io.tesserae.families.Pixels;
import io.tesserae.families.TileCutter;
import io.tesserae.families.pixels.Filter;
import io.tesserae.families.pixels.Resampler;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.ProcessorSettings;

/** Stretches the picture over its grid and cuts it; the thumbnail is stretched to a tile. */
record Cutting(Tiling tiling, Filter filter) {

    static Cutting of(ProcessorSettings settings, Tiling tiling) {
        return new Cutting(tiling, settings.filter(Filter.BICUBIC));
    }

    TileCutter of(Pixels picture, Grid grid) {
        int tile = tiling.tile();
        Pixels stretched = Resampler.resize(picture, grid.columns() * tile, grid.rows() * tile, filter);
        return index -> index < grid.count() ? grid.cut(stretched, index) : Resampler.resize(picture, tile, tile, filter);
    }
}
