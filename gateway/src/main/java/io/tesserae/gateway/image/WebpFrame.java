package io.tesserae.gateway.image;

/** One frame's bitstream. */
interface WebpFrame {

    int width();

    int height();

    /** Pixels as 0xAARRGGBB, [height, width]; alpha means nothing. Throws IMAGE_UNREADABLE. */
    int[] argb();
}
