package io.tesserae.gateway.image.jpeg;

/**
 * One of a frame's components.
 *
 * @param id               what scans call it
 * @param horizontal       its sampling factor, 1 to 4
 * @param vertical         its sampling factor, 1 to 4
 * @param quantization     number of its quantization table
 * @param width            samples of a row that belong to the picture
 * @param height           rows that belong to the picture
 * @param blocksWide       blocks of a row, up to whole MCUs
 * @param blocksHigh       rows of blocks, up to whole MCUs
 */
record Component(int index, int id, int horizontal, int vertical, int quantization, int width, int height, int blocksWide, int blocksHigh) {

    /** Blocks of a row in a scan of this component alone, which leaves out what only fills MCUs up. */
    int ownBlocksWide() {
        return (width + 7) / 8;
    }

    int ownBlocksHigh() {
        return (height + 7) / 8;
    }

    int blocks() {
        return blocksWide * blocksHigh;
    }
}
