package io.tesserae.families.llava;

import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.tiling.ProcessorSettings;
import java.util.OptionalInt;

/**
 * Sizes that a picture passes through.
 *
 * @param shortestEdge {@code size.shortest_edge}; empty where the picture is stretched to {@code width}×{@code height}
 * @param width        of the tile, in pixels
 * @param height       of the tile, in pixels
 */
record Tiling(OptionalInt shortestEdge, int width, int height) {

    record Size(int width, int height) {
    }

    static Tiling of(ProcessorSettings settings) {
        settings.refuse("do_pad", "and padding to a square is not supported");
        settings.demand("do_resize", "so tiles have no fixed size");
        OptionalInt shortest = settings.number("size.shortest_edge");
        if (shortest.isEmpty()) {
            return stretched(settings);
        }
        if (!settings.flag("do_center_crop", true)) {
            throw new UnsupportedModelException("preprocessor_config.json: do_center_crop is off with size.shortest_edge, so tiles have no fixed size");
        }
        int width = settings.required("crop_size.width");
        int height = settings.required("crop_size.height");
        if (Math.max(width, height) > shortest.getAsInt()) {
            throw new UnsupportedModelException("preprocessor_config.json: crop_size is larger than size.shortest_edge");
        }
        return new Tiling(shortest, width, height);
    }

    private static Tiling stretched(ProcessorSettings settings) {
        int width = settings.required("size.width");
        int height = settings.required("size.height");
        boolean whole = settings.number("crop_size.width").orElse(width) == width && settings.number("crop_size.height").orElse(height) == height;
        if (!whole && settings.flag("do_center_crop", true)) {
            throw new UnsupportedModelException("preprocessor_config.json: crop_size differs from size, and cropping a stretched picture is not supported");
        }
        return new Tiling(OptionalInt.empty(), width, height);
    }

    /** The size before cropping. The longer side is rounded down, as the reference does it. */
    Size resized(int pictureWidth, int pictureHeight) {
        if (shortestEdge.isEmpty()) {
            return new Size(width, height);
        }
        int shortest = shortestEdge.getAsInt();
        return pictureWidth <= pictureHeight
                ? new Size(shortest, scaled(pictureHeight, pictureWidth))
                : new Size(scaled(pictureWidth, pictureHeight), shortest);
    }

    private int scaled(int longer, int shorter) {
        return (int) ((double) ((long) shortestEdge.getAsInt() * longer) / shorter);
    }
}
