package io.tesserae.families.llavaonevision;

import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.tiling.AnyRes;
import io.tesserae.families.tiling.ProcessorSettings;
import io.tesserae.families.tiling.Size;
import java.util.ArrayList;
import java.util.List;

/**
 * Sizes that a picture passes through.
 *
 * @param tile     side of a tile, in pixels
 * @param canvases those that a picture may be fitted onto
 */
record Tiling(int tile, AnyRes canvases) {

    /** Checkpoints that name no canvases have the reference's: up to this many tiles of 384 pixels each way. */
    private static final int DEFAULT_TILES = 6;
    private static final int DEFAULT_TILE = 384;

    static Tiling of(ProcessorSettings settings) {
        int tile = settings.required("size.height");
        for (String key : List.of("size.width", "crop_size.height", "crop_size.width")) {
            if (settings.number(key).orElse(tile) != tile) {
                throw new UnsupportedModelException("preprocessor_config.json: " + key + " differs from a tile's side, " + tile);
            }
        }
        List<Size> named = settings.sizes("image_grid_pinpoints");
        return new Tiling(tile, new AnyRes(named.isEmpty() ? defaults() : named, tile));
    }

    private static List<Size> defaults() {
        List<Size> canvases = new ArrayList<>();
        for (int rows = 1; rows <= DEFAULT_TILES; rows++) {
            for (int columns = 1; columns <= DEFAULT_TILES; columns++) {
                canvases.add(new Size(columns * DEFAULT_TILE, rows * DEFAULT_TILE));
            }
        }
        return canvases;
    }
}
