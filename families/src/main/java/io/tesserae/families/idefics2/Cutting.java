package io.tesserae.families.idefics2;

import io.tesserae.families.Pixels;
import io.tesserae.families.TileCutter;
import io.tesserae.families.pixels.Canvas;
import io.tesserae.families.pixels.Filter;
import io.tesserae.families.pixels.Resampler;
import io.tesserae.families.tiling.ProcessorSettings;

/** Cuts the quarters out first, then resizes each by itself: the reference's order. */
record Cutting(Tiling tiling, Filter filter) {

    static final int QUARTERS = 4;

    static Cutting of(ProcessorSettings settings, Tiling tiling) {
        return new Cutting(tiling, settings.filter(Filter.BILINEAR));
    }

    /** The whole picture is the last tile. */
    TileCutter of(Pixels picture, boolean split) {
        return index -> resized(split && index < QUARTERS ? quarter(picture, index) : picture);
    }

    private static Pixels quarter(Pixels picture, int index) {
        Tiling.Part part = Tiling.quarter(picture.width(), picture.height(), index);
        return Canvas.crop(picture, part.left(), part.top(), part.width(), part.height());
    }

    private Pixels resized(Pixels part) {
        Tiling.Size size = tiling.tileOf(part.width(), part.height());
        return Resampler.resize(part, size.width(), size.height(), filter);
    }
}
