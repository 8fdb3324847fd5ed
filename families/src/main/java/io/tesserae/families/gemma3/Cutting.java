package io.tesserae.families.gemma3;

import io.tesserae.families.Pixels;
import io.tesserae.families.TileCutter;
import io.tesserae.families.pixels.Canvas;
import io.tesserae.families.pixels.Filter;
import io.tesserae.families.pixels.Resampler;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.ProcessorSettings;
import java.util.Optional;

/** Crops first, then stretches each crop to a tile: the picture's own aspect is not kept. */
record Cutting(Tiling tiling, Filter filter) {

    static Cutting of(ProcessorSettings settings, Tiling tiling) {
        return new Cutting(tiling, settings.filter(Filter.BILINEAR));
    }

    /** Tile 0 is the whole picture, the crops follow in reading order. */
    TileCutter of(Pixels picture, Optional<Grid> grid) {
        return index -> stretched(index == 0 ? picture : crop(picture, grid.orElseThrow(), index - 1));
    }

    private Pixels crop(Pixels picture, Grid grid, int index) {
        Tiling.Size size = tiling.cropOf(picture.width(), picture.height(), grid);
        int left = index % grid.columns() * size.width();
        int top = index / grid.columns() * size.height();
        return Canvas.crop(picture, left, top, Math.min(size.width(), picture.width() - left), Math.min(size.height(), picture.height() - top));
    }

    private Pixels stretched(Pixels part) {
        return Resampler.resize(part, tiling.width(), tiling.height(), filter);
    }
}
