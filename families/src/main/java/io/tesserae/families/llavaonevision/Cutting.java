package io.tesserae.families.llavaonevision;

import io.tesserae.families.Pixels;
import io.tesserae.families.TileCutter;
import io.tesserae.families.pixels.Canvas;
import io.tesserae.families.pixels.Filter;
import io.tesserae.families.pixels.Resampler;
import io.tesserae.families.tiling.ProcessorSettings;

/**
 * Tiles on a canvas, or one square tile of the whole picture.
 *
 * @param ground colour around the picture in a square tile: {@code image_mean}
 */
record Cutting(Tiling tiling, Filter filter, int[] ground) {

    /** Rows that are padded at once: the whole square of a long picture could be gigabytes. */
    private static final int BAND = 64;

    static Cutting of(ProcessorSettings settings, Tiling tiling) {
        return new Cutting(tiling, settings.filter(Filter.BICUBIC), settings.colourDown("image_mean"));
    }

    TileCutter of(Pixels picture) {
        return tiling.canvases().cutterOf(picture, filter);
    }

    TileCutter square(Pixels picture) {
        Pixels tile = squared(picture);
        return index -> tile;
    }

    /**
     * The picture in the middle of a square as wide as its longer side, at a tile's size. Pillow resizes a square by rows first and
     * then by columns, so the rows that are nothing but ground need not exist before they are narrow.
     */
    private Pixels squared(Pixels picture) {
        int side = Math.max(picture.width(), picture.height());
        int tile = tiling.tile();
        byte[] rgb = new byte[tile * picture.height() * 3];
        for (int top = 0; top < picture.height(); top += BAND) {
            int rows = Math.min(BAND, picture.height() - top);
            Pixels band = Canvas.crop(picture, 0, top, picture.width(), rows);
            Pixels wide = Canvas.place(band, side, rows, (side - picture.width()) / 2, 0, ground);
            System.arraycopy(Resampler.resize(wide, tile, rows, filter).rgb(), 0, rgb, top * tile * 3, tile * rows * 3);
        }
        Pixels narrow = new Pixels(tile, picture.height(), rgb);
        return Resampler.resize(Canvas.place(narrow, tile, side, 0, (side - picture.height()) / 2, ground), tile, tile, filter);
    }
}
