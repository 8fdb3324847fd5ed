package io.tesserae.gateway.image;

import io.tesserae.families.Pixels;

/** How a stored picture is turned to be shown: EXIF's orientations 1 to 8, in order. */
enum Orientation {
    UPRIGHT,
    MIRRORED,
    UPSIDE_DOWN,
    FLIPPED,
    TRANSPOSED,
    TURNED_RIGHT,
    TRANSVERSED,
    TURNED_LEFT;

    /** EXIF's number; any that EXIF does not know is upright. */
    static Orientation of(long number) {
        return number >= 1 && number <= 8 ? values()[(int) number - 1] : UPRIGHT;
    }

    /** Whether width and height change places. */
    boolean swapsSides() {
        return compareTo(TRANSPOSED) >= 0;
    }

    /** The picture as it is shown. */
    Pixels turned(int width, int height, byte[] rgb) {
        int last = width * height - 1;
        // Where the shown picture's first pixel is stored, and how far apart its neighbours to the right and below are stored.
        return switch (this) {
            case UPRIGHT -> new Pixels(width, height, rgb);
            case MIRRORED -> copied(rgb, width, height, width - 1, -1, width);
            case UPSIDE_DOWN -> copied(rgb, width, height, last, -1, -width);
            case FLIPPED -> copied(rgb, width, height, last - width + 1, 1, -width);
            case TRANSPOSED -> copied(rgb, height, width, 0, width, 1);
            case TURNED_RIGHT -> copied(rgb, height, width, last - width + 1, -width, 1);
            case TRANSVERSED -> copied(rgb, height, width, last, -width, -1);
            case TURNED_LEFT -> copied(rgb, height, width, width - 1, width, -1);
        };
    }

    private static Pixels copied(byte[] from, int width, int height, int start, int right, int down) {
        byte[] to = new byte[from.length];
        int out = 0;
        for (int y = 0; y < height; y++) {
            int at = (start + y * down) * 3;
            for (int x = 0; x < width; x++, at += right * 3) {
                to[out++] = from[at];
                to[out++] = from[at + 1];
                to[out++] = from[at + 2];
            }
        }
        return new Pixels(width, height, to);
    }
}
