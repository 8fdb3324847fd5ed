package io.tesserae.gateway.image;

import java.util.ArrayDeque;
import java.util.Deque;

/** A VP8L stream behind its header: its transforms, its pixels, and the transforms undone. */
final class Vp8lPicture {

    private static final int GREEN_LITERALS = 256;
    private static final int LENGTHS = 24;
    private static final int DISTANCES = 40;
    /** Distances 1 to 120 name near pixels: columns to the left and rows up, nearest first. */
    private static final String NEAR = "0,1 1,0 1,1 -1,1 0,2 2,0 1,2 -1,2 2,1 -2,1 2,2 -2,2 0,3 3,0 1,3 -1,3 3,1 -3,1 2,3 -2,3 3,2 -3,2 "
            + "0,4 4,0 1,4 -1,4 4,1 -4,1 3,3 -3,3 2,4 -2,4 4,2 -4,2 0,5 3,4 -3,4 4,3 -4,3 5,0 1,5 -1,5 5,1 -5,1 2,5 -2,5 5,2 -5,2 "
            + "4,4 -4,4 3,5 -3,5 5,3 -5,3 0,6 6,0 1,6 -1,6 6,1 -6,1 2,6 -2,6 6,2 -6,2 4,5 -4,5 5,4 -5,4 3,6 -3,6 6,3 -6,3 0,7 7,0 "
            + "1,7 -1,7 5,5 -5,5 7,1 -7,1 4,6 -4,6 6,4 -6,4 2,7 -2,7 7,2 -7,2 3,7 -3,7 7,3 -7,3 5,6 -5,6 6,5 -6,5 8,0 4,7 -4,7 7,4 "
            + "-7,4 8,1 8,2 6,6 -6,6 8,3 5,7 -5,7 7,5 -7,5 8,4 6,7 -6,7 7,6 -7,6 8,5 7,7 -7,7 8,6 8,7";
    private static final int[][] NEAR_PIXELS = nearPixels();

    private final Vp8lBits bits;

    Vp8lPicture(Vp8lBits bits) {
        this.bits = bits;
    }

    /** Pixels as 0xAARRGGBB, [height, width]. */
    int[] decode(int width, int height) {
        Deque<Vp8lTransform> transforms = new ArrayDeque<>();
        int packedWidth = width;
        int seen = 0;
        while (bits.flag()) {
            int type = bits.read(2);
            if ((seen & 1 << type) != 0) {
                throw Unreadable.because("a WebP transform is given twice");
            }
            seen |= 1 << type;
            Vp8lTransform transform = transform(type, packedWidth, height);
            transforms.push(transform);
            packedWidth = transform.packedWidth();
        }
        int[] pixels = pixels(packedWidth, height, true);
        for (Vp8lTransform transform : transforms) {
            pixels = transform.undo(pixels, height);
        }
        return pixels;
    }

    private Vp8lTransform transform(int type, int width, int height) {
        if (type == 2) {
            return new Vp8lTransform.AddGreen(width);
        }
        if (type == 3) {
            int size = bits.read(8) + 1;
            return Vp8lTransform.Indexed.of(width, pixels(size, 1, false));
        }
        int block = bits.read(3) + 2;
        int[] modes = pixels(blocks(width, block), blocks(height, block), false);
        return type == 0 ? new Vp8lTransform.Predicted(width, block, modes) : new Vp8lTransform.CrossColour(width, block, modes);
    }

    private static int blocks(int size, int bits) {
        return size + (1 << bits) - 1 >> bits;
    }

    /** An entropy-coded picture; only the main one may change its codes from block to block. */
    private int[] pixels(int width, int height, boolean main) {
        int cacheBits = bits.flag() ? bits.read(4) : 0;
        if (cacheBits > 11) {
            throw Unreadable.because("a WebP colour cache is too large");
        }
        int block = 0;
        int[] groupOf = null;
        int groups = 1;
        if (main && bits.flag()) {
            block = bits.read(3) + 2;
            groupOf = pixels(blocks(width, block), blocks(height, block), false);
            for (int i = 0; i < groupOf.length; i++) {
                groupOf[i] = groupOf[i] >> 8 & 0xffff;
                groups = Math.max(groups, groupOf[i] + 1);
            }
        }
        boolean[] used = used(groupOf, groups);
        Vp8lCode[][] codes = new Vp8lCode[groups][];
        int[] alphabets = {GREEN_LITERALS + LENGTHS + (cacheBits > 0 ? 1 << cacheBits : 0), 256, 256, 256, DISTANCES};
        for (int group = 0; group < groups; group++) {
            Vp8lCode[] five = new Vp8lCode[5];
            for (int i = 0; i < 5; i++) {
                five[i] = Vp8lCode.describedIn(bits, alphabets[i]);
            }
            // Groups that no block names are read but not kept.
            codes[group] = used[group] ? five : null;
        }
        return fill(width, height, cacheBits, block, groupOf, codes);
    }

    private static boolean[] used(int[] groupOf, int groups) {
        boolean[] used = new boolean[groups];
        if (groupOf == null) {
            used[0] = true;
            return used;
        }
        for (int group : groupOf) {
            used[group] = true;
        }
        return used;
    }

    private int[] fill(int width, int height, int cacheBits, int block, int[] groupOf, Vp8lCode[][] codes) {
        int[] out = new int[Math.multiplyExact(width, height)];
        int[] cache = new int[1 << cacheBits];
        int blocksWide = blocks(width, block);
        Vp8lCode[] five = codes[0];
        int cached = 0;
        for (int at = 0; at < out.length; ) {
            if (groupOf != null) {
                five = codes[groupOf[(at / width >> block) * blocksWide + (at % width >> block)]];
            }
            int green = five[0].read(bits);
            if (green < GREEN_LITERALS) {
                int red = five[1].read(bits);
                int blue = five[2].read(bits);
                out[at++] = five[3].read(bits) << 24 | red << 16 | green << 8 | blue;
            } else if (green < GREEN_LITERALS + LENGTHS) {
                int length = number(green - GREEN_LITERALS);
                int distance = distance(number(five[4].read(bits)), width);
                if (distance > at || length > out.length - at) {
                    throw Unreadable.because("a WebP copy reaches outside the picture");
                }
                for (int end = at + length; at < end; at++) {
                    out[at] = out[at - distance];
                }
            } else {
                for (; cached < at; cached++) {
                    cache[slot(out[cached], cacheBits)] = out[cached];
                }
                out[at++] = cache[green - GREEN_LITERALS - LENGTHS];
            }
        }
        return out;
    }

    private static int slot(int pixel, int cacheBits) {
        return 0x1e35a7bd * pixel >>> 32 - cacheBits;
    }

    /** A length or distance: its prefix says how many bits follow. */
    private int number(int prefix) {
        if (prefix < 4) {
            return prefix + 1;
        }
        int extra = prefix - 2 >> 1;
        return (2 + (prefix & 1) << extra) + bits.read(extra) + 1;
    }

    private static int distance(int code, int width) {
        if (code > NEAR_PIXELS.length) {
            return code - NEAR_PIXELS.length;
        }
        int[] near = NEAR_PIXELS[code - 1];
        return Math.max(1, near[0] + near[1] * width);
    }

    private static int[][] nearPixels() {
        String[] pairs = NEAR.split(" ");
        int[][] pixels = new int[pairs.length][];
        for (int i = 0; i < pairs.length; i++) {
            String[] pair = pairs[i].split(",");
            pixels[i] = new int[] {Integer.parseInt(pair[0]), Integer.parseInt(pair[1])};
        }
        return pixels;
    }
}
