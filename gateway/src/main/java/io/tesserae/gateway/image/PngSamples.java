package io.tesserae.gateway.image;

/**
 * How a PNG's row holds its pixels, and how each becomes RGB as in Pillow: alpha dropped, of 16 bits the high byte, but 16-bit grey
 * without alpha clipped at 255.
 *
 * @param depth    bits of a sample
 * @param channels samples of a pixel
 * @param palette  whether the sample is an index
 */
record PngSamples(int depth, int channels, boolean palette) {

    static PngSamples of(int depth, int colourType) {
        boolean deepEnough = depth == 8 || depth == 16;
        boolean shallow = depth == 1 || depth == 2 || depth == 4;
        boolean known = switch (colourType) {
            case 0 -> deepEnough || shallow;
            case 3 -> depth == 8 || shallow;
            case 2, 4, 6 -> deepEnough;
            default -> false;
        };
        if (!known) {
            throw Unreadable.because("the PNG has colour type " + colourType + " with " + depth + " bits");
        }
        int channels = switch (colourType) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
        return new PngSamples(depth, channels, colourType == 3);
    }

    /** Bits of a pixel. */
    int bits() {
        return depth * channels;
    }

    /** RGB of each value of a one-channel sample of up to 8 bits: [256, 3]; null where pixels have no such sample. */
    byte[] colours(byte[] plte) {
        if (palette && plte == null) {
            throw Unreadable.because("the PNG's palette is missing");
        }
        if (palette && plte.length > 3 * 256) {
            throw Unreadable.because("the PNG's palette is too long");
        }
        if (channels > 1 || depth == 16) {
            return null;
        }
        byte[] colours = new byte[3 * 256];
        if (palette) {
            // Whole colours only; indices beyond them are black, as in Pillow 13.
            System.arraycopy(plte, 0, colours, 0, plte.length / 3 * 3);
            return colours;
        }
        int spread = 255 / ((1 << depth) - 1);
        for (int i = 0; i < colours.length; i++) {
            colours[i] = (byte) (i / 3 * spread);
        }
        return colours;
    }

    /**
     * Writes a row's pixels into {@code rgb}, the first at {@code to} and each {@code step} bytes after the last. The row's first
     * byte is its filter.
     */
    void expand(byte[] row, int pixels, byte[] colours, byte[] rgb, int to, int step) {
        if (colours != null) {
            expandIndices(row, pixels, colours, rgb, to, step);
            return;
        }
        int wide = depth >> 3;
        int stride = channels * wide;
        int green = channels > 2 ? wide : 0;
        int blue = channels > 2 ? 2 * wide : 0;
        boolean clip = channels == 1;
        for (int x = 0, from = 1; x < pixels; x++, from += stride, to += step) {
            if (clip) {
                byte grey = row[from] == 0 ? row[from + 1] : (byte) 255;
                rgb[to] = grey;
                rgb[to + 1] = grey;
                rgb[to + 2] = grey;
            } else {
                rgb[to] = row[from];
                rgb[to + 1] = row[from + green];
                rgb[to + 2] = row[from + blue];
            }
        }
    }

    private void expandIndices(byte[] row, int pixels, byte[] colours, byte[] rgb, int to, int step) {
        int mask = (1 << depth) - 1;
        for (int x = 0; x < pixels; x++, to += step) {
            int bit = x * depth;
            int index = 3 * (row[1 + (bit >> 3)] >> 8 - depth - (bit & 7) & mask);
            rgb[to] = colours[index];
            rgb[to + 1] = colours[index + 1];
            rgb[to + 2] = colours[index + 2];
        }
    }
}
