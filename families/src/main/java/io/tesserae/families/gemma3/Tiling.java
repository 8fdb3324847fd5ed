package io.tesserae.families.gemma3;

import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.ProcessorSettings;
import java.util.Optional;

/**
 * Which crops a picture is panned over: a row of them where it is wide, a column where it is high.
 *
 * @param width       of a tile, in pixels
 * @param height      of a tile, in pixels
 * @param minCropSize {@code pan_and_scan_min_crop_size}: no crop's side is shorter
 * @param maxCrops    {@code pan_and_scan_max_num_crops}
 * @param minRatio    {@code pan_and_scan_min_ratio_to_activate}: of the longer side to the shorter
 */
record Tiling(int width, int height, int minCropSize, int maxCrops, double minRatio) {

    record Size(int width, int height) {
    }

    /** Crops have the processor's own bounds where the image processor's settings leave them open, as published ones do. */
    static Tiling of(ProcessorSettings settings) {
        settings.demand("do_resize", "so tiles have no fixed size");
        return new Tiling(settings.required("size.width"), settings.required("size.height"),
                settings.number("pan_and_scan_min_crop_size").orElse(256),
                settings.number("pan_and_scan_max_num_crops").orElse(4),
                settings.decimal("pan_and_scan_min_ratio_to_activate").orElse(1.2));
    }

    /** The grid of a picture's crops; none where it is too square or too small. */
    Optional<Grid> gridOf(int pictureWidth, int pictureHeight) {
        boolean wide = pictureWidth >= pictureHeight;
        int longer = wide ? pictureWidth : pictureHeight;
        int shorter = wide ? pictureHeight : pictureWidth;
        if ((double) longer / shorter < minRatio) {
            return Optional.empty();
        }
        int byAspect = (int) Math.floor((double) longer / shorter + 0.5);
        int crops = Math.min(maxCrops, Math.max(2, Math.min(longer / minCropSize, byAspect)));
        int length = (longer + crops - 1) / crops;
        if (Math.min(length, shorter) < minCropSize) {
            return Optional.empty();
        }
        // Rounding lengths up can leave nothing for the last crops of a tiny picture, at which the reference fails.
        int filled = (longer + length - 1) / length;
        return Optional.of(wide ? new Grid(filled, 1) : new Grid(1, filled));
    }

    /** Size of every crop but the last, which takes what is left. */
    Size cropOf(int pictureWidth, int pictureHeight, Grid grid) {
        return new Size((pictureWidth + grid.columns() - 1) / grid.columns(), (pictureHeight + grid.rows() - 1) / grid.rows());
    }
}
