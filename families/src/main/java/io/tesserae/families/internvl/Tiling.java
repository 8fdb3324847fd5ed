package io.tesserae.families.internvl;

import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.ProcessorSettings;

/**
 * Sizes that a picture passes through.
 *
 * @param tile  side of a tile, in pixels
 * @param least {@code min_patches}: fewest tiles, thumbnail aside
 * @param most  {@code max_patches}: most of them
 */
record Tiling(int tile, int least, int most) {

    static final Grid ONE = new Grid(1, 1);

    private static final int DEFAULT_MOST = 12;

    static Tiling of(ProcessorSettings settings) {
        settings.demand("do_resize", "so tiles have no fixed size");
        int tile = settings.required("size.height");
        if (settings.required("size.width") != tile) {
            throw new UnsupportedModelException("preprocessor_config.json: size.width differs from size.height, and tiles are squares");
        }
        int least = settings.number("min_patches").orElse(1);
        int most = settings.number("max_patches").orElse(DEFAULT_MOST);
        if (least > most) {
            throw new UnsupportedModelException("preprocessor_config.json: min_patches " + least + " is more than max_patches " + most);
        }
        return new Tiling(tile, least, most);
    }

    Grid gridOf(int width, int height) {
        return most > 1 ? Grid.nearestAspect(width, height, least, most, tile) : ONE;
    }

    /** Several tiles are followed by a thumbnail. */
    static int tilesOf(Grid grid) {
        return grid.count() == 1 ? 1 : grid.count() + 1;
    }
}
