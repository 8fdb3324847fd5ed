package io.tesserae.engines.stage;

import io.tesserae.tensor.v1.Grid;
import java.util.Optional;

/** The grid of a sequence of patches or tokens that fills a square. */
public final class SquareGrid {

    private SquareGrid() {
    }

    /** Side by side, where {@code count} is a square number of at least 1. */
    public static Optional<Grid> of(long count) {
        int side = (int) Math.round(Math.sqrt(count));
        if (count < 1 || (long) side * side != count) {
            return Optional.empty();
        }
        return Optional.of(Grid.newBuilder().setColumns(side).setRows(side).build());
    }
}
