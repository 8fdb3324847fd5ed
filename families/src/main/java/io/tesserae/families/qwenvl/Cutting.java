package io.tesserae.families.qwenvl;

import io.tesserae.families.Pixels;
import io.tesserae.families.TileCutter;
import io.tesserae.families.pixels.Filter;
import io.tesserae.families.pixels.Resampler;
import io.tesserae.families.tiling.ProcessorSettings;

/** The whole picture, whatever its shape, at the tile's size. */
record Cutting(Tiling tiling, Filter filter) {

    static Cutting of(ProcessorSettings settings, Tiling tiling) {
        return new Cutting(tiling, settings.filter(Filter.BICUBIC));
    }

    TileCutter of(Pixels picture) {
        return index -> Resampler.resize(picture, tiling.width(), tiling.height(), filter);
    }
}
