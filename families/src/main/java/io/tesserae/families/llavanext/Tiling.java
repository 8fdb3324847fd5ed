package io.tesserae.families.llavanext;

import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.tiling.AnyRes;
import io.tesserae.families.tiling.ProcessorSettings;
import io.tesserae.families.tiling.Size;
import java.util.List;

/**
 * Sizes that a picture passes through.
 *
 * @param tile     side of a tile, in pixels
 * @param canvases those that a picture may be fitted onto
 */
record Tiling(int tile, AnyRes canvases) {

    /** Those of the reference, for checkpoints that name none. */
    private static final List<Size> DEFAULT = List.of(new Size(672, 336), new Size(336, 672), new Size(672, 672), new Size(336, 1008), new Size(1008, 336));

    static Tiling of(ProcessorSettings settings) {
        int tile = settings.number("size.shortest_edge").orElseGet(() -> settings.required("size.height"));
        for (String key : List.of("size.width", "crop_size.height", "crop_size.width")) {
            if (settings.number(key).orElse(tile) != tile) {
                throw new UnsupportedModelException("preprocessor_config.json: " + key + " differs from a tile's side, " + tile);
            }
        }
        List<Size> named = settings.sizes("image_grid_pinpoints");
        return new Tiling(tile, new AnyRes(named.isEmpty() ? DEFAULT : named, tile));
    }
}
