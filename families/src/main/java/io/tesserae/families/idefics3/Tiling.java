package io.tesserae.families.idefics3;

import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.ProcessorSettings;
import java.util.Optional;

/**
 * Sizes that a picture passes through.
 *
 * @param longestEdge {@code size.longest_edge}: the picture's longer side becomes this
 * @param tile        {@code max_image_size.longest_edge}: side of a tile, in pixels
 */
record Tiling(int longestEdge, int tile) {

    /** The reference never makes a side longer than this. */
    private static final int MAX_SIDE = 4096;

    record Size(int width, int height) {
    }

    static Tiling of(ProcessorSettings settings) {
        settings.demand("do_resize", "so nothing bounds the number of tiles");
        return new Tiling(settings.required("size.longest_edge"), settings.required("max_image_size.longest_edge"));
    }

    /** The size with its longer side at the longest edge; the shorter side is even, but at least 1. */
    Size enlarged(int width, int height) {
        double aspect = (double) width / height;
        Size size = width >= height
                ? new Size(longestEdge, Math.max(even((int) (longestEdge / aspect)), 1))
                : new Size(Math.max(even((int) (longestEdge * aspect)), 1), longestEdge);
        return bounded(size);
    }

    private static Size bounded(Size size) {
        double aspect = (double) size.width / size.height;
        if (size.width >= size.height && size.width > MAX_SIDE) {
            return new Size(MAX_SIDE, Math.max((int) (MAX_SIDE / aspect), 1));
        }
        if (size.height > size.width && size.height > MAX_SIDE) {
            return new Size(Math.max((int) (MAX_SIDE * aspect), 1), MAX_SIDE);
        }
        return size;
    }

    private static int even(int side) {
        return side % 2 == 0 ? side : side + 1;
    }

    /** The enlarged size with both sides rounded up to whole tiles. */
    Size wholeTiles(Size enlarged) {
        double aspect = (double) enlarged.width / enlarged.height;
        if (enlarged.width >= enlarged.height) {
            int width = roundUp(enlarged.width);
            return new Size(width, roundUp((int) (width / aspect)));
        }
        int height = roundUp(enlarged.height);
        return new Size(roundUp((int) (height * aspect)), height);
    }

    /** At least one tile: a side that rounding took to 0 makes the reference fail. */
    private int roundUp(int side) {
        return Math.max((side + tile - 1) / tile, 1) * tile;
    }

    /** The tiles of a picture; none where it fits in one. */
    Optional<Grid> gridOf(int width, int height) {
        Size whole = wholeTiles(enlarged(width, height));
        Grid grid = new Grid(whole.width / tile, whole.height / tile);
        return grid.count() > 1 ? Optional.of(grid) : Optional.empty();
    }
}
