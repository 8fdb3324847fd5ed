package io.tesserae.gateway.image;

/**
 * What a file says of its picture.
 *
 * @param format as its content shows
 * @param width  in pixels, as shown: after EXIF's turn
 * @param height in pixels, as shown: after EXIF's turn
 */
public record PictureHeader(PictureFormat format, int width, int height) {
}
