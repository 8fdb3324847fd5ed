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

    /** The tiles beside the overview; none for the overview alone, which shows all there is of a picture no larger than a tile. */
    Optional<Grid> gridOf(int width, int height, Detail detail) {
        int longest = Math.max(width, height);
        boolean cut = detail == Detail.HIGH || detail == Detail.AUTO && longest > autoAbove;
        return cut && longest > tile && maxTiles >= 1 ? Optional.of(leastShrunk(width, height)) : Optional.empty();
    }

    /** The grid that shrinks the picture least (print stays legible), then of the fewest tiles, then of the least distortion. */
    private Grid leastShrunk(int width, int height) {
        Grid best = null;
        double bestKept = 0;
        double bestDistortion = 0;
        for (int columns = 1; columns <= maxTiles; columns++) {
            for (int rows = 1; rows <= maxTiles / columns; rows++) {
                double kept = Math.min(1, Math.min((double) (columns * tile) / width, (double) (rows * tile) / height));
                double across = (double) columns * height;
                double down = (double) rows * width;
                double distortion = Math.max(across, down) / Math.min(across, down);
                int fewer = best == null ? -1 : Integer.compare(columns * rows, best.count());
                if (best == null || kept > bestKept || kept == bestKept && (fewer < 0 || fewer == 0 && distortion < bestDistortion)) {
                    best = new Grid(columns, rows);
                    bestKept = kept;
                    bestDistortion = distortion;
                }
            }
        }
        return best;
    }

    /** The size at which the whole picture fits in a tile, its shape kept; each side at least 1. */
    Size fitted(int width, int height) {
        double scale = Math.min((double) tile / width, (double) tile / height);
        return new Size((int) Math.max(1, Math.rint(width * scale)), (int) Math.max(1, Math.rint(height * scale)));
    }
}
