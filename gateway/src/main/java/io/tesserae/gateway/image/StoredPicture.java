package io.tesserae.gateway.image;

/**
 * A picture as its file stores it. Its constructor reads what the file says of it and decodes no pixel; both fail with
 * IMAGE_UNREADABLE where the file is broken or ends early.
 */
interface StoredPicture {

    /** Before the turn, in pixels. */
    int width();

    /** Before the turn, in pixels. */
    int height();

    /** How the picture is turned to be shown. */
    Orientation orientation();

    /**
     * Decodes the first picture: 8-bit RGB, rows from the top, not turned.
     *
     * @param check asked now and then where decoding takes long; it throws where nobody wants the picture any more
     */
    byte[] rgb(Runnable check);
}
