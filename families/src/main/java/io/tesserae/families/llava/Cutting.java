package io.tesserae.families.llava;

import io.tesserae.families.Pixels;
import io.tesserae.families.TileCutter;
import io.tesserae.families.pixels.Filter;
import io.tesserae.families.pixels.Resampler;
import io.tesserae.families.tiling.ProcessorSettings;

/** Resizes and cuts out the middle, of which alone the pixels are computed. */
record Cutting(Tiling tiling, Filter filter) {

    static Cutting of(ProcessorSettings settings, Tiling tiling) {
        return new Cutting(tiling, settings.filter(Filter.BICUBIC));
    }

    TileCutter of(Pixels picture) {
        Tiling.Size size = tiling.resized(picture.width(), picture.height());
        Pixels middle = Resampler.region(picture, size.width(), size.height(), filter,
                (size.width() - tiling.width()) / 2, (size.height() - tiling.height()) / 2, tiling.width(), tiling.height());
        return index -> middle;
    }
}
