package io.tesserae.gateway.image;

/**
 * Chroma halved in height only (4:4:0, what a turned 4:2:2 picture is): the JDK's libjpeg repeats its rows, today's libjpeg-turbo
 * interpolates between them, three parts of the nearer row and one of the further.
 */
final class JpegColumns {

    private JpegColumns() {
    }

    /** Interpolates the second and third of three samples a pixel, in place. */
    static void smooth(byte[] samples, int width, int height) {
        int stride = 3 * width;
        int chromaRows = (height + 1) / 2;
        byte[] before = row(samples, 0, stride);
        for (int r = 0; r < chromaRows; r++) {
            byte[] here = row(samples, 2 * r, stride);
            byte[] after = r + 1 < chromaRows ? row(samples, 2 * (r + 1), stride) : here;
            mix(samples, 2 * r * stride, here, before, 1);
            if (2 * r + 1 < height) {
                mix(samples, (2 * r + 1) * stride, here, after, 2);
            }
            before = here;
        }
    }

    private static byte[] row(byte[] samples, int y, int stride) {
        return java.util.Arrays.copyOfRange(samples, y * stride, (y + 1) * stride);
    }

    private static void mix(byte[] samples, int at, byte[] near, byte[] far, int bias) {
        for (int i = 0; i < near.length; i += 3) {
            samples[at + i + 1] = (byte) ((near[i + 1] & 0xff) * 3 + (far[i + 1] & 0xff) + bias >> 2);
            samples[at + i + 2] = (byte) ((near[i + 2] & 0xff) * 3 + (far[i + 2] & 0xff) + bias >> 2);
        }
    }
}
