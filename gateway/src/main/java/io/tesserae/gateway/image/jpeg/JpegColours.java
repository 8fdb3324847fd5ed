package io.tesserae.gateway.image.jpeg;

/** What a JPEG's components mean, and libjpeg's fixed-point way from there to RGB. A pixel is 0xBBGGRR. */
public enum JpegColours {
    GREY {
        @Override
        void pixels(int[][] rows, int width, int[][] scratch, int[] to) {
            for (int i = 0; i < width; i++) {
                to[i] = rows[0][i] * 0x010101;
            }
        }
    },
    RGB {
        @Override
        void pixels(int[][] rows, int width, int[][] scratch, int[] to) {
            Lanes.join(rows[0], rows[1], rows[2], to, width);
        }
    },
    YCC {
        @Override
        void pixels(int[][] rows, int width, int[][] scratch, int[] to) {
            Lanes.red(rows[0], rows[2], scratch[0], width);
            Lanes.green(rows[0], rows[1], rows[2], scratch[1], width);
            Lanes.blue(rows[0], rows[1], scratch[2], width);
            Lanes.join(scratch[0], scratch[1], scratch[2], to, width);
        }
    },
    /** Pillow takes every CMYK JPEG to be inverted, as Adobe writes it. */
    CMYK {
        @Override
        void pixels(int[][] rows, int width, int[][] scratch, int[] to) {
            for (int i = 0; i < width; i++) {
                int light = rows[3][i];
                to[i] = inked(rows[0][i], light) | inked(rows[1][i], light) << 8 | inked(rows[2][i], light) << 16;
            }
        }
    },
    YCCK {
        @Override
        void pixels(int[][] rows, int width, int[][] scratch, int[] to) {
            YCC.pixels(rows, width, scratch, to);
            for (int i = 0; i < width; i++) {
                int light = rows[3][i];
                int paper = ~to[i];
                to[i] = inked(paper & 0xff, light) | inked(paper >> 8 & 0xff, light) << 8 | inked(paper >> 16 & 0xff, light) << 16;
            }
        }
    };

    /** Puts rows of samples, 0 to 255, one of each component, together to a row of pixels; three scratch rows may be used. */
    abstract void pixels(int[][] rows, int width, int[][] scratch, int[] to);

    /** A channel where so much of its ink was left out and so much light is let through, as Pillow multiplies them. */
    private static int inked(int leftOut, int light) {
        int product = (255 - leftOut) * light + 128;
        return Math.max(0, light - ((product >> 8) + product >> 8));
    }
}
