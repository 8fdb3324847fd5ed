package io.tesserae.families.blip2;

import io.tesserae.families.Pixels;
import io.tesserae.families.TileCutter;
import io.tesserae.families.pixels.Filter;
import io.tesserae.families.pixels.Resampler;
import io.tesserae.families.tiling.ProcessorSettings;

/** Stretches the picture to the tile. */
record Cutting(Tiling tiling, Filter filter) {

    static Cutting of(ProcessorSettings settings, Tiling tiling) {
        return new Cutting(tiling, settings.filter(Filter.BICUBIC));
    }

    TileCutter of(Pixels picture) {
        Pixels tile = Resampler.resize(picture, tiling.width(), tiling.height(), filter);
        return index -> tile;
    }
}
