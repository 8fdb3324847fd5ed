package io.tesserae.families.tiling;

import io.tesserae.families.Pixels;
import io.tesserae.families.pixels.Canvas;

/** Tiles side by side, counted from 0 in reading order. */
public record Grid(int columns, int rows) {

    public int count() {
        return columns * rows;
    }

    /** The tile of that index of a picture that is exactly the grid's tiles large. */
    public Pixels cut(Pixels picture, int index) {
        int width = picture.width() / columns;
        int height = picture.height() / rows;
        return Canvas.crop(picture, index % columns * width, index / columns * height, width, height);
    }

    /**
     * The grid of {@code least} to {@code most} tiles whose aspect is nearest to the picture's, as InternVL chooses it: grids
     * are tried with fewer tiles first, and of two equally near the larger is taken only if the picture has more than half
     * its pixels.
     */
    public static Grid nearestAspect(int width, int height, int least, int most, int tile) {
        double aspect = (double) width / height;
        Grid best = null;
        double bestDifference = Double.POSITIVE_INFINITY;
        for (int count = least; count <= most; count++) {
            for (int columns = 1; columns <= count; columns++) {
                if (count % columns != 0) {
                    continue;
                }
                Grid grid = new Grid(columns, count / columns);
                double difference = Math.abs(aspect - (double) grid.columns / grid.rows);
                boolean nearer = difference < bestDifference;
                boolean tie = difference == bestDifference && (double) width * height > 0.5 * tile * tile * count;
                if (nearer || tie) {
                    best = grid;
                    bestDifference = difference;
                }
            }
        }
        return best;
    }
}
