package io.tesserae.gateway.image;

/**
 * Chroma halved in height only (4:4:0, what a turned 4:2:2 picture is). libjpeg-turbo, which Pillow has and some builds of the JDK,
 * interpolates between its rows, three parts of the nearer and one of the further; the libjpeg that other builds bring repeats them.
 */
final class JpegColumns {

    private JpegColumns() {
    }

    /** Interpolates the second and third of three samples a pixel, in place, unless libjpeg did it already. */
    static void smooth(byte[] samples, int width, int height) {
        int stride = 3 * width;
        if (!repeated(samples, stride, height)) {
            return;
        }
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

    /** Whether every second row has the chroma of the one above. */
    private static boolean repeated(byte[] samples, int stride, int height) {
        for (int y = 1; y < height; y += 2) {
            for (int i = y * stride; i < (y + 1) * stride; i += 3) {
                if (samples[i + 1] != samples[i + 1 - stride] || samples[i + 2] != samples[i + 2 - stride]) {
                    return false;
                }
            }
        }
        return true;
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
