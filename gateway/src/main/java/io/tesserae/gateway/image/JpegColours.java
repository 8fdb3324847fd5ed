package io.tesserae.gateway.image;

/** What a JPEG's components mean, and libjpeg's fixed-point way from there to RGB. */
enum JpegColours {
    GREY {
        @Override
        byte[] rgb(byte[] samples, int pixels) {
            byte[] rgb = new byte[3 * pixels];
            for (int i = 0; i < pixels; i++) {
                rgb[3 * i] = samples[i];
                rgb[3 * i + 1] = samples[i];
                rgb[3 * i + 2] = samples[i];
            }
            return rgb;
        }
    },
    RGB {
        @Override
        byte[] rgb(byte[] samples, int pixels) {
            return samples;
        }
    },
    YCC {
        @Override
        byte[] rgb(byte[] samples, int pixels) {
            for (int i = 0; i < 3 * pixels; i += 3) {
                fromYcc(samples, i);
            }
            return samples;
        }
    },
    /** Pillow takes every CMYK JPEG to be inverted, as Adobe writes it. */
    CMYK {
        @Override
        byte[] rgb(byte[] samples, int pixels) {
            byte[] rgb = new byte[3 * pixels];
            for (int i = 0; i < pixels; i++) {
                int light = samples[4 * i + 3] & 0xff;
                for (int c = 0; c < 3; c++) {
                    int ink = 255 - (samples[4 * i + c] & 0xff);
                    int product = ink * light + 128;
                    rgb[3 * i + c] = (byte) Math.max(0, light - ((product >> 8) + product >> 8));
                }
            }
            return rgb;
        }
    },
    YCCK {
        @Override
        byte[] rgb(byte[] samples, int pixels) {
            for (int i = 0; i < 4 * pixels; i += 4) {
                fromYcc(samples, i);
                for (int c = 0; c < 3; c++) {
                    samples[i + c] = (byte) (255 - samples[i + c]);
                }
            }
            return CMYK.rgb(samples, pixels);
        }
    };

    private static final int HALF = 1 << 15;

    /** RGB of that many pixels, [pixel, 3]; the samples may be overwritten. */
    abstract byte[] rgb(byte[] samples, int pixels);

    /** Three samples Y, Cb, Cr become R, G, B. */
    private static void fromYcc(byte[] samples, int at) {
        int y = samples[at] & 0xff;
        int cb = (samples[at + 1] & 0xff) - 128;
        int cr = (samples[at + 2] & 0xff) - 128;
        samples[at] = clip(y + (91881 * cr + HALF >> 16));
        samples[at + 1] = clip(y + (-22554 * cb - 46802 * cr + HALF >> 16));
        samples[at + 2] = clip(y + (116130 * cb + HALF >> 16));
    }

    private static byte clip(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }
}
