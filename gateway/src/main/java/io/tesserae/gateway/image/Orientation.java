package io.tesserae.gateway.image;

import io.tesserae.families.Pixels;
import io.tesserae.families.pixels.Crew;

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

    private static final int SQUARE = 64;

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

    /** By squares, of which source and target both fit the first cache: a whole column at once would fetch each line of memory anew. */
    private static Pixels copied(byte[] from, int width, int height, int start, int right, int down) {
        byte[] to = new byte[from.length];
        Crew.ALL.each((height + SQUARE - 1) / SQUARE, band -> {
            for (int left = 0; left < width; left += SQUARE) {
                for (int y = band * SQUARE; y < Math.min(height, (band + 1) * SQUARE); y++) {
                    int at = (start + y * down + left * right) * 3;
                    copy(from, at, right * 3, to, (y * width + left) * 3, Math.min(SQUARE, width - left));
                }
            }
        });
        return new Pixels(width, height, to);
    }

    private static void copy(byte[] from, int at, int step, byte[] to, int out, int count) {
        for (int i = 0; i < count; i++, at += step, out += 3) {
            to[out] = from[at];
            to[out + 1] = from[at + 1];
            to[out + 2] = from[at + 2];
        }
    }
}
