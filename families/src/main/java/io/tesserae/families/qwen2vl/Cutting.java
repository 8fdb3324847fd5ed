package io.tesserae.families.qwen2vl;

import io.tesserae.families.Pixels;
import io.tesserae.families.TileCutter;
import io.tesserae.families.pixels.Filter;
import io.tesserae.families.pixels.Resampler;
import io.tesserae.families.tiling.ProcessorSettings;

/** The one tile is the whole picture at its new size. */
record Cutting(Filter filter) {

    static Cutting of(ProcessorSettings settings) {
        return new Cutting(settings.filter(Filter.BICUBIC));
    }

    TileCutter of(Pixels picture, Tiling.Size size) {
        return index -> Resampler.resize(picture, size.width(), size.height(), filter);
    }
}
