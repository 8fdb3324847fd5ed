package io.tesserae.gateway.image;

/** What a VP8L encoder did to the pixels before packing them; undone in the reverse order. */
interface Vp8lTransform {

    /** Width of what is stored. */
    int packedWidth();

    /** The pixels as they were before; may work in place. */
    int[] undo(int[] pixels, int height);

    /** Adds two pixels, each channel by itself, modulo 256. */
    static int add(int a, int b) {
        return (a & 0xff00ff00) + (b & 0xff00ff00) & 0xff00ff00 | (a & 0x00ff00ff) + (b & 0x00ff00ff) & 0x00ff00ff;
    }

    /** Red and blue were stored less green. */
    record AddGreen(int packedWidth) implements Vp8lTransform {
        @Override
        public int[] undo(int[] pixels, int height) {
            for (int i = 0; i < pixels.length; i++) {
                int green = pixels[i] >> 8 & 0xff;
                pixels[i] = add(pixels[i], green << 16 | green);
            }
            return pixels;
        }
    }

    /** Red and blue were stored less shares of green and red; the shares vary by block of 2^bits pixels. */
    record CrossColour(int packedWidth, int bits, int[] shares) implements Vp8lTransform {
        @Override
        public int[] undo(int[] pixels, int height) {
            int blocksWide = packedWidth + (1 << bits) - 1 >> bits;
            for (int y = 0, i = 0; y < height; y++) {
                for (int x = 0; x < packedWidth; x++, i++) {
                    int share = shares[(y >> bits) * blocksWide + (x >> bits)];
                    int pixel = pixels[i];
                    byte green = (byte) (pixel >> 8);
                    int red = (pixel >> 16) + (green * (byte) share >> 5);
                    int blue = pixel + (green * (byte) (share >> 8) >> 5) + ((byte) red * (byte) (share >> 16) >> 5);
                    pixels[i] = pixel & 0xff00ff00 | (red & 0xff) << 16 | blue & 0xff;
                }
            }
            return pixels;
        }
    }

    /** Pixels were stored less what their neighbours foretell. */
    record Predicted(int packedWidth, int bits, int[] modes) implements Vp8lTransform {
        @Override
        public int[] undo(int[] pixels, int height) {
            int width = packedWidth;
            int blocksWide = width + (1 << bits) - 1 >> bits;
            pixels[0] = add(pixels[0], 0xff000000);
            for (int x = 1; x < width; x++) {
                pixels[x] = add(pixels[x], pixels[x - 1]);
            }
            for (int y = 1, i = width; y < height; y++) {
                pixels[i] = add(pixels[i], pixels[i - width]);
                i++;
                for (int x = 1; x < width; x++, i++) {
                    int mode = modes[(y >> bits) * blocksWide + (x >> bits)] >> 8 & 15;
                    // The last column's upper right neighbour is the row's own first pixel: that is how the format has it.
                    pixels[i] = add(pixels[i], Vp8lPrediction.of(mode, pixels[i - 1], pixels[i - width], pixels[i - width + 1],
                            pixels[i - width - 1]));
                }
            }
            return pixels;
        }
    }

    /** Pixels were stored as indices of a few colours, several of them in one green sample where the colours are very few. */
    record Indexed(int width, int packing, int[] colours) implements Vp8lTransform {

        /** The colours are stored as differences, each from the one before. */
        static Indexed of(int width, int[] differences) {
            int[] colours = new int[256];
            int last = 0;
            for (int i = 0; i < differences.length; i++) {
                last = add(last, differences[i]);
                colours[i] = last;
            }
            int count = differences.length;
            return new Indexed(width, count <= 2 ? 3 : count <= 4 ? 2 : count <= 16 ? 1 : 0, colours);
        }

        @Override
        public int packedWidth() {
            return width + (1 << packing) - 1 >> packing;
        }

        @Override
        public int[] undo(int[] pixels, int height) {
            int[] out = new int[width * height];
            int depth = 8 >> packing;
            int stride = packedWidth();
            for (int y = 0, i = 0; y < height; y++) {
                for (int x = 0; x < width; x++, i++) {
                    int green = pixels[y * stride + (x >> packing)] >> 8 & 0xff;
                    int place = x & (1 << packing) - 1;
                    out[i] = colours[green >> place * depth & (1 << depth) - 1];
                }
            }
            return out;
        }
    }
}
