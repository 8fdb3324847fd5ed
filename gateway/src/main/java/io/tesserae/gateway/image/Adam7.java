package io.tesserae.gateway.image;

/** The passes of an interlaced PNG: where each starts and how far apart its pixels lie. */
enum Adam7 {
    FIRST(0, 0, 8, 8), SECOND(4, 0, 8, 8), THIRD(0, 4, 4, 8), FOURTH(2, 0, 4, 4), FIFTH(0, 2, 2, 4), SIXTH(1, 0, 2, 2), SEVENTH(0, 1, 1, 2);

    final int x;
    final int y;
    final int right;
    final int down;

    Adam7(int x, int y, int right, int down) {
        this.x = x;
        this.y = y;
        this.right = right;
        this.down = down;
    }

    int columns(int width) {
        return (width - x + right - 1) / right;
    }

    int rows(int height) {
        return (height - y + down - 1) / down;
    }
}
