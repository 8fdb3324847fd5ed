package io.tesserae.families.llavanext;

import io.tesserae.families.Pixels;
import io.tesserae.families.TileCutter;
import io.tesserae.families.pixels.Filter;
import io.tesserae.families.pixels.Resampler;
import io.tesserae.families.tiling.ProcessorSettings;

/** The overview is stretched to a tile; tiles are cut of the picture on its canvas. */
record Cutting(Tiling tiling, Filter filter) {

    static Cutting of(ProcessorSettings settings, Tiling tiling) {
        return new Cutting(tiling, settings.filter(Filter.BICUBIC));
    }

    TileCutter of(Pixels picture) {
        return tiling.canvases().cutterOf(picture, filter);
    }

    TileCutter overview(Pixels picture) {
        Pixels overview = Resampler.resize(picture, tiling.tile(), tiling.tile(), filter);
        return index -> overview;
    }
}
