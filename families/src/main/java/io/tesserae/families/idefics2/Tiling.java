package io.tesserae.families.idefics2;

import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.tiling.ProcessorSettings;

/**
 * Sizes that a picture passes through.
 *
 * @param shortestEdge {@code size.shortest_edge}: no side is shorter
 * @param longestEdge  {@code size.longest_edge}: the longer side is no longer
 */
record Tiling(int shortestEdge, int longestEdge) {

    record Size(int width, int height) {
    }

    /** A part of a picture, in its pixels. */
    record Part(int left, int top, int width, int height) {
    }

    static Tiling of(ProcessorSettings settings) {
        settings.demand("do_resize", "so nothing bounds the size of a tile");
        Tiling tiling = new Tiling(settings.required("size.shortest_edge"), settings.required("size.longest_edge"));
        if (tiling.shortestEdge > tiling.longestEdge) {
            throw new UnsupportedModelException("preprocessor_config.json: size.shortest_edge is larger than size.longest_edge");
        }
        return tiling;
    }

    /** The size of a picture's (or a part's) tile. Sides are rounded down, then held against the shortest edge: its shape may change. */
    Size tileOf(int width, int height) {
        double aspect = (double) width / height;
        Size size = new Size(width, height);
        if (width >= height && width > longestEdge) {
            size = new Size(longestEdge, (int) (longestEdge / aspect));
        } else if (height > width && height > longestEdge) {
            size = new Size((int) (longestEdge * aspect), longestEdge);
        }
        return new Size(Math.max(size.width, shortestEdge), Math.max(size.height, shortestEdge));
    }

    /** A quarter of a picture, 0 to 3 in reading order. Where a side of one pixel leaves nothing for one half, at which the reference fails, both
     * halves are that pixel. */
    static Part quarter(int width, int height, int index) {
        int[] across = half(width, index % 2);
        int[] down = half(height, index / 2);
        return new Part(across[0], down[0], across[1], down[1]);
    }

    /** Where a half begins, and its length. */
    private static int[] half(int side, int which) {
        int middle = side / 2;
        return which == 0 ? new int[] {0, Math.max(middle, 1)} : new int[] {middle, side - middle};
    }
}
