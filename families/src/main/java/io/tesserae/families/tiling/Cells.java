package io.tesserae.families.tiling;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The part of a grid of image tokens that shows the picture and not the padding around it. Source: {@code unpad_image} of
 * transformers' LLaVA-NeXT.
 *
 * @param left    columns of padding before it
 * @param top     rows of padding above it
 * @param columns of the picture; 0 for one so thin that it is all padding
 * @param rows    of the picture; 0 likewise
 */
public record Cells(int left, int top, int columns, int rows) {

    /** Of a picture of that size in pixels on tiles of {@code side} by {@code side} tokens. */
    public static Cells showing(int width, int height, Grid tiles, int side) {
        int columns = tiles.columns() * side;
        int rows = tiles.rows() * side;
        if ((double) width / height > (double) columns / rows) {
            int top = (rows - rounded(height * ((double) columns / width))) / 2;
            return new Cells(0, top, columns, Math.max(rows - 2 * top, 0));
        }
        int left = (columns - rounded(width * ((double) rows / height))) / 2;
        return new Cells(left, 0, Math.max(columns - 2 * left, 0), rows);
    }

    /** {@code int(round(x, 7))} of Python: a double's own error must not cost a row. */
    private static int rounded(double x) {
        return (int) new BigDecimal(x).setScale(7, RoundingMode.HALF_EVEN).doubleValue();
    }

    public int count() {
        return columns * rows;
    }
}
