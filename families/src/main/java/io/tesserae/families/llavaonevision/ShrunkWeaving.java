package io.tesserae.families.llavaonevision;

import io.tesserae.families.Weaving;
import io.tesserae.families.tiling.Cells;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.GridWeaving;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A grid with too many tokens, interpolated to fewer across the borders of tiles: PyTorch's {@code interpolate(mode="bilinear")} without
 * aligned corners, in its float32 arithmetic. A newline ends each row.
 *
 * @param whole   the grid as it is
 * @param columns of the result, newline aside
 * @param rows    of the result
 */
record ShrunkWeaving(GridWeaving whole, int columns, int rows) implements Weaving {

    /** Grids that are only a little too large are left as they are. */
    private static final double TOLERATED = 1.1;

    /** Empty where the grid is not too large. */
    static Optional<ShrunkWeaving> of(Grid grid, int side, Cells cells, int maxTiles) {
        double ratio = Math.sqrt((double) cells.count() / ((long) maxTiles * side * side));
        if (!(ratio > TOLERATED)) {
            return Optional.empty();
        }
        GridWeaving whole = new GridWeaving(grid, side, cells, cells.top(), cells.top() + cells.rows());
        return Optional.of(new ShrunkWeaving(whole, floorDivided(cells.columns(), ratio), floorDivided(cells.rows(), ratio)));
    }

    /** Python's {@code int(x // y)}: the quotient of what is left after taking the remainder, which a plain quotient may round over. */
    private static int floorDivided(double x, double y) {
        return (int) Math.rint((x - x % y) / y);
    }

    int tokens() {
        return rows * (columns + 1);
    }

    @Override
    public void weave(List<FloatBuffer> tiles, int width, FloatBuffer run) {
        Cells cells = whole.cells();
        Line upper = new Line(cells.columns() * width);
        Line lower = new Line(cells.columns() * width);
        float[] out = new float[columns * width];
        Sample[] across = IntStream.range(0, columns).mapToObj(column -> Sample.of(column, cells.columns(), columns)).toArray(Sample[]::new);
        FloatBuffer newline = tiles.get(0);
        for (int row = 0; row < rows; row++) {
            Sample down = Sample.of(row, cells.rows(), rows);
            if (lower.row == down.first) {
                Line reused = upper;
                upper = lower;
                lower = reused;
            }
            upper.read(tiles, width, down.first);
            lower.read(tiles, width, down.second);
            for (int column = 0; column < columns; column++) {
                blend(upper.values, lower.values, down, across[column], width, out, column * width);
            }
            run.put(row * (columns + 1) * width, out);
            run.put((row * (columns + 1) + columns) * width, newline, whole.side() * whole.side() * width, width);
        }
    }

    private static void blend(float[] upper, float[] lower, Sample down, Sample across, int width, float[] out, int at) {
        int left = across.first * width;
        int right = across.second * width;
        for (int i = 0; i < width; i++) {
            float above = across.firstShare * upper[left + i] + across.secondShare * upper[right + i];
            float below = across.firstShare * lower[left + i] + across.secondShare * lower[right + i];
            out[at + i] = down.firstShare * above + down.secondShare * below;
        }
    }

    /** One row of the whole grid's tokens, read when it is another than before. */
    private final class Line {

        private final float[] values;
        private int row = -1;

        Line(int length) {
            values = new float[length];
        }

        void read(List<FloatBuffer> tiles, int width, int wanted) {
            if (row != wanted) {
                whole.copyRow(tiles, width, whole.cells().top() + wanted, FloatBuffer.wrap(values), 0);
                row = wanted;
            }
        }
    }

    /** The two neighbours that a position of the result lies between, and their shares. */
    private record Sample(int first, int second, float firstShare, float secondShare) {

        static Sample of(int position, int from, int to) {
            float scale = (float) from / to;
            float place = Math.max(Math.fma(scale, position + 0.5f, -0.5f), 0); // rounded once, as PyTorch's build rounds it
            int first = Math.min((int) place, from - 1);
            float share = Math.min(Math.max(place - first, 0), 1);
            return new Sample(first, Math.min(first + 1, from - 1), 1 - share, share);
        }
    }
}
