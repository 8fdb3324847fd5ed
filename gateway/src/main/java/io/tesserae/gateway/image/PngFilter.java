package io.tesserae.gateway.image;

/** Undoes the filters of PNG rows. */
final class PngFilter {

    private PngFilter() {
    }

    /** Undoes one row in place; its first byte names the filter, and {@code step} is the distance of a byte's left neighbour. */
    static void undo(byte[] row, byte[] above, int step) {
        switch (row[0]) {
            case 0 -> { }
            case 1 -> sub(row, step);
            case 2 -> up(row, above);
            case 3 -> average(row, above, step);
            case 4 -> paeth(row, above, step);
            default -> throw Unreadable.because("the PNG has an unknown filter");
        }
    }

    private static void sub(byte[] row, int step) {
        for (int i = 1 + step; i < row.length; i++) {
            row[i] += row[i - step];
        }
    }

    private static void up(byte[] row, byte[] above) {
        for (int i = 1; i < row.length; i++) {
            row[i] += above[i];
        }
    }

    private static void average(byte[] row, byte[] above, int step) {
        for (int i = 1; i < row.length; i++) {
            int left = i > step ? row[i - step] & 0xff : 0;
            row[i] += (byte) (left + (above[i] & 0xff) >> 1);
        }
    }

    private static void paeth(byte[] row, byte[] above, int step) {
        for (int i = 1; i < row.length; i++) {
            int a = i > step ? row[i - step] & 0xff : 0;
            int b = above[i] & 0xff;
            int c = i > step ? above[i - step] & 0xff : 0;
            int fromA = Math.abs(b - c);
            int fromB = Math.abs(a - c);
            int fromC = Math.abs(a + b - 2 * c);
            row[i] += (byte) (fromA <= fromB && fromA <= fromC ? a : fromB <= fromC ? b : c);
        }
    }
}
