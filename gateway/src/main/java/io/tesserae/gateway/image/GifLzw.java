package io.tesserae.gateway.image;

/** Unpacks GIF's LZW: codes of growing width, low bits first, in sub-blocks of up to 255 bytes. */
final class GifLzw {

    private static final int MOST_CODES = 4096;

    private final Cursor in;
    private final int literalBits;
    private int blockLeft;
    private int bits;
    private int bitCount;

    GifLzw(byte[] file, int at) {
        in = new Cursor(file, at, file.length);
        literalBits = in.u8();
        if (literalBits < 1 || literalBits > 8) {
            throw Unreadable.because("the GIF's code size is " + literalBits);
        }
    }

    /** Exactly that many indices. Throws IMAGE_UNREADABLE where the stream ends before them. */
    byte[] decode(int count) {
        // 12 bits hold at most 4096 indices: a file this short cannot hold so many, so no memory is spent on it.
        if ((long) in.left() * 8 / (literalBits + 1) * MOST_CODES < count) {
            throw Unreadable.truncated();
        }
        byte[] out = new byte[count];
        int clear = 1 << literalBits;
        // A code stands for a stretch of what was written before, since that is where it first arose.
        int[] starts = new int[MOST_CODES];
        int[] lengths = new int[MOST_CODES];
        int next = clear + 2;
        int width = literalBits + 1;
        int previous = -1;
        int previousAt = 0;
        int at = 0;
        while (at < count) {
            int code = code(width);
            if (code == clear) {
                next = clear + 2;
                width = literalBits + 1;
                previous = -1;
                continue;
            }
            if (code == clear + 1) {
                throw Unreadable.truncated();
            }
            if (code > next || code >= clear && previous < 0 || code == next && next == MOST_CODES) {
                throw Unreadable.because("the GIF's codes are broken");
            }
            if (previous >= 0 && next < MOST_CODES) {
                starts[next] = previousAt;
                lengths[next] = (previous < clear ? 1 : lengths[previous]) + 1;
                next++;
                if (next == 1 << width && width < 12) {
                    width++;
                }
            }
            previousAt = at;
            if (code < clear) {
                out[at++] = (byte) code;
            } else {
                // One by one: the newest code's stretch overlaps its own copy.
                int end = (int) Math.min(count, (long) at + lengths[code]);
                for (int from = starts[code]; at < end; from++) {
                    out[at++] = out[from];
                }
            }
            previous = code;
        }
        return out;
    }

    private int code(int width) {
        while (bitCount < width) {
            if (blockLeft == 0) {
                blockLeft = in.u8();
                if (blockLeft == 0) {
                    throw Unreadable.truncated();
                }
            }
            bits |= in.u8() << bitCount;
            bitCount += 8;
            blockLeft--;
        }
        int code = bits & (1 << width) - 1;
        bits >>>= width;
        bitCount -= width;
        return code;
    }
}
