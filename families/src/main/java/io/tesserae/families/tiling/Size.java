package io.tesserae.families.tiling;

/** Pixels. */
public record Size(int width, int height) {

    public long area() {
        return (long) width * height;
    }
}
