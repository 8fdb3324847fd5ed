package io.tesserae.families.tiling;

import io.tesserae.families.Pixels;
import io.tesserae.families.TileCutter;
import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.pixels.Canvas;
import io.tesserae.families.pixels.Filter;
import io.tesserae.families.pixels.Resampler;
import java.util.List;

/**
 * Pictures of any resolution: each is fitted onto one of several canvases of whole tiles, in its own aspect, black around it. Source:
 * {@code select_best_resolution}, {@code get_patch_output_size} and {@code divide_to_patches} of transformers.
 *
 * @param canvases {@code image_grid_pinpoints}, in their order, which settles ties
 * @param tile     side of a tile, in pixels
 */
public record AnyRes(List<Size> canvases, int tile) {

    private static final int[] BLACK = {0, 0, 0};

    public AnyRes {
        for (Size canvas : canvases) {
            if (canvas.width() % tile != 0 || canvas.height() % tile != 0) {
                throw new UnsupportedModelException("preprocessor_config.json: image_grid_pinpoints has " + canvas.height() + "x" + canvas.width()
                        + ", which is no whole number of tiles of " + tile);
            }
        }
    }

    /** The canvas on which most of the picture's pixels are kept, and of such the one that wastes least. */
    public Size canvasOf(int width, int height) {
        Size best = null;
        long mostKept = 0;
        long leastWasted = Long.MAX_VALUE;
        for (Size canvas : canvases) {
            double scale = Math.min((double) canvas.width() / width, (double) canvas.height() / height);
            long kept = Math.min((long) (int) (width * scale) * (int) (height * scale), (long) width * height);
            long wasted = canvas.area() - kept;
            if (kept > mostKept || kept == mostKept && wasted < leastWasted) {
                best = canvas;
                mostKept = kept;
                leastWasted = wasted;
            }
        }
        return best;
    }

    public Grid gridOf(int width, int height) {
        Size canvas = canvasOf(width, height);
        return new Grid(canvas.width() / tile, canvas.height() / tile);
    }

    /** The picture's size on its canvas: one side fills it, the other is rounded up. */
    static Size fitted(int width, int height, Size canvas) {
        double across = (double) canvas.width() / width;
        double down = (double) canvas.height() / height;
        return across < down
                ? new Size(canvas.width(), Math.min((int) Math.ceil(height * across), canvas.height()))
                : new Size(Math.min((int) Math.ceil(width * down), canvas.width()), canvas.height());
    }

    /** The overview, stretched to a tile, then the canvas's tiles in reading order. */
    public TileCutter cutterOf(Pixels picture, Filter filter) {
        Size canvas = canvasOf(picture.width(), picture.height());
        Size fitted = fitted(picture.width(), picture.height(), canvas);
        Pixels resized = Resampler.resize(picture, fitted.width(), fitted.height(), filter);
        Pixels laid = Canvas.place(resized, canvas.width(), canvas.height(), (canvas.width() - fitted.width()) / 2,
                (canvas.height() - fitted.height()) / 2, BLACK);
        Pixels overview = Resampler.resize(picture, tile, tile, filter);
        Grid grid = gridOf(picture.width(), picture.height());
        return index -> index == 0 ? overview : grid.cut(laid, index - 1);
    }
}
