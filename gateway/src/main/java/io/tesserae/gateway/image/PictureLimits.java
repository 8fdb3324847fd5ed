package io.tesserae.gateway.image;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;

/**
 * What a picture may be, judged by its header; beyond it reading fails with IMAGE_TOO_LARGE.
 *
 * @param bytes  of its file
 * @param pixels width times height
 * @param side   longest side in pixels
 * @param ratio  longer side over shorter side
 */
public record PictureLimits(long bytes, long pixels, int side, int ratio) {

    /**
     * Hardly anything that a camera, a scanner or a scrolling screenshot makes comes near it. Families scale the shorter side up to
     * a tile of some 400 pixels: at ten thousand to one that would be a picture of gigabytes.
     */
    private static final int DEFAULT_RATIO = 200;

    /** What one array of RGB bytes holds. */
    private static final long MOST_PIXELS = (Integer.MAX_VALUE - 8) / 3;

    public PictureLimits(long bytes, long pixels, int side) {
        this(bytes, pixels, side, DEFAULT_RATIO);
    }

    void judge(byte[] file) {
        if (file.length > bytes) {
            throw tooLarge("has " + file.length + " bytes; the limit is " + bytes);
        }
    }

    void judge(StoredPicture picture) {
        long longer = Math.max(picture.width(), picture.height());
        long shorter = Math.min(picture.width(), picture.height());
        String size = "is " + picture.width() + "x" + picture.height();
        if (longer > side) {
            throw tooLarge(size + "; the limit of a side is " + side + " pixels");
        }
        if (longer * shorter > Math.min(pixels, MOST_PIXELS)) {
            throw tooLarge(size + "; the limit is " + pixels + " pixels");
        }
        if (longer > ratio * shorter) {
            throw tooLarge(size + "; the limit of its longer side is " + ratio + " times the shorter");
        }
    }

    private static Failure tooLarge(String how) {
        return Failure.of(Reason.IMAGE_TOO_LARGE, "the picture " + how);
    }
}
