package io.tesserae.families.pixels;

import io.tesserae.families.Pixels;

/** Cutting out of a picture and placing on a ground. */
public final class Canvas {

    private Canvas() {
    }

    /** The rectangle whose upper left corner is (left, top); it lies within the picture. */
    public static Pixels crop(Pixels picture, int left, int top, int width, int height) {
        if (left < 0 || top < 0 || left + width > picture.width() || top + height > picture.height()) {
            throw new IllegalArgumentException("a crop of " + width + "x" + height + " at " + left + "," + top
                    + " leaves a picture of " + picture.width() + "x" + picture.height());
        }
        byte[] rgb = new byte[width * height * 3];
        for (int row = 0; row < height; row++) {
            System.arraycopy(picture.rgb(), ((top + row) * picture.width() + left) * 3, rgb, row * width * 3, width * 3);
        }
        return new Pixels(width, height, rgb);
    }

    /** A ground of one colour, 0 to 255 a channel, with the picture on it; the picture lies within the ground. */
    public static Pixels place(Pixels picture, int width, int height, int left, int top, int[] ground) {
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) ground[i % 3];
        }
        for (int row = 0; row < picture.height(); row++) {
            System.arraycopy(picture.rgb(), row * picture.width() * 3, rgb, ((top + row) * width + left) * 3, picture.width() * 3);
        }
        return new Pixels(width, height, rgb);
    }
}
