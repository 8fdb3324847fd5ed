package io.tesserae.families;

/**
 * A picture or a tile: 8-bit RGB, three bytes a pixel, rows from the top. The array is shared, never copied; nobody writes
 * to it after construction.
 */
public record Pixels(int width, int height, byte[] rgb) {

    public Pixels {
        if (width < 1 || height < 1 || rgb.length != Math.multiplyExact(Math.multiplyExact(width, height), 3)) {
            throw new IllegalArgumentException("a picture of " + width + "x" + height + " does not take " + rgb.length + " bytes");
        }
    }
}
