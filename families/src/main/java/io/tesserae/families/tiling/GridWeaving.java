package io.tesserae.families.tiling;

import io.tesserae.families.PromptPiece;
import io.tesserae.families.Weaving;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Tiles side by side as one grid of tokens, of which some rows and columns are kept and a newline ends each row. The nerve gives a
 * tile's {@code side}·{@code side} tokens and then the newline.
 *
 * @param grid    tiles, all of the picture's but the overview
 * @param side    tokens along a tile
 * @param cells   which tokens are kept
 * @param fromRow first row of tokens that this weaving gives
 * @param toRow   one past the last
 */
public record GridWeaving(Grid grid, int side, Cells cells, int fromRow, int toRow) implements Weaving {

    /** The first {@code tokens} of a tile, without what follows them. */
    public static Weaving first(int tokens) {
        return (tiles, width, run) -> run.put(0, tiles.get(0), 0, tokens * width);
    }

    /**
     * One slot for each row of tiles that shows something of the picture. Tile 0 is the overview, the grid's follow it.
     */
    public static List<PromptPiece> rowByRow(Grid grid, int side, Cells cells) {
        List<PromptPiece> slots = new ArrayList<>();
        for (int row = 0; row < grid.rows(); row++) {
            int from = Math.max(cells.top(), row * side);
            int to = Math.min(cells.top() + cells.rows(), (row + 1) * side);
            if (from < to) {
                GridWeaving weaving = new GridWeaving(grid, side, cells, from, to);
                slots.add(new PromptPiece.Slot(weaving.tiles(), (to - from) * (cells.columns() + 1), weaving));
            }
        }
        return slots;
    }

    private int firstColumn() {
        return Math.min(cells.left() / side, grid.columns() - 1);
    }

    /** One past the last column of tiles that is read; the first is read even for its newline alone. */
    private int endColumn() {
        return Math.max((cells.left() + cells.columns() + side - 1) / side, firstColumn() + 1);
    }

    /** The plan's numbers of the tiles that are read, in reading order. */
    public List<Integer> tiles() {
        List<Integer> tiles = new ArrayList<>();
        for (int row = fromRow / side; row * side < toRow; row++) {
            for (int column = firstColumn(); column < endColumn(); column++) {
                tiles.add(1 + row * grid.columns() + column);
            }
        }
        return tiles;
    }

    @Override
    public void weave(List<FloatBuffer> tiles, int width, FloatBuffer run) {
        int at = 0;
        for (int row = fromRow; row < toRow; row++) {
            at = copyRow(tiles, width, row, run, at);
            run.put(at, tiles.get(0), side * side * width, width);
            at += width;
        }
    }

    /** One row's kept tokens, from as many tiles as it crosses; returns where the next goes. */
    public int copyRow(List<FloatBuffer> tiles, int width, int row, FloatBuffer run, int at) {
        int across = endColumn() - firstColumn();
        int tileRow = row / side - fromRow / side;
        int place = at;
        for (int column = 0; column < across; column++) {
            int edge = (firstColumn() + column) * side;
            int from = Math.max(cells.left(), edge);
            int to = Math.min(cells.left() + cells.columns(), edge + side);
            if (from < to) {
                FloatBuffer tile = tiles.get(tileRow * across + column);
                run.put(place, tile, (row % side * side + from - edge) * width, (to - from) * width);
                place += (to - from) * width;
            }
        }
        return place;
    }
}
