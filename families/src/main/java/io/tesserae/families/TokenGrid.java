package io.tesserae.families;

/** How a slot's tokens are laid out, row by row, for brains that ask where an image token stands. */
public record TokenGrid(int columns, int rows) {

    public int count() {
        return columns * rows;
    }
}
