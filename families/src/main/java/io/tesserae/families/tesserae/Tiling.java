package io.tesserae.families.tesserae;

import io.tesserae.families.Detail;
import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.ProcessorSettings;
import java.util.Optional;

/**
 * When a picture is cut, and into what.
 *
 * @param tile       {@code size}: side of a tile, in pixels
 * @param maxTiles   {@code max_tiles}: most tiles beside the overview
 * @param autoAbove  {@code auto_tiles_above}: a picture with a side longer than this is cut where the caller leaves it open
 */
record Tiling(int tile, int maxTiles, int autoAbove) {

    record Size(int width, int height) {
    }

    static Tiling of(ProcessorSettings settings) {
        int tile = settings.required("size.width");
        if (settings.required("size.height") != tile) {
            throw new UnsupportedModelException("preprocessor_config.json: size.height differs from size.width; tiles are square");
        }
        return new Tiling(tile, settings.required("max_tiles"), settings.required("auto_tiles_above"));
    }

    /** The tiles beside the overview; none for the overview alone. */
    Optional<Grid> gridOf(int width, int height, Detail detail) {
        boolean cut = detail == Detail.HIGH || detail == Detail.AUTO && Math.max(width, height) > autoAbove;
        return cut && maxTiles >= 2 ? Optional.of(Grid.nearestAspect(width, height, 2, maxTiles, tile)) : Optional.empty();
    }

    /** The size at which the whole picture fits in a tile, its shape kept; each side at least 1. */
    Size fitted(int width, int height) {
        double scale = Math.min((double) tile / width, (double) tile / height);
        return new Size((int) Math.max(1, Math.rint(width * scale)), (int) Math.max(1, Math.rint(height * scale)));
    }
}
