package io.tesserae.gateway.image;

/** One prefix code of a VP8L stream: canonical, of at most 15 bits, first bit lowest. */
final class Vp8lCode {

    private static final int LONGEST = 15;
    private static final int QUICK = 8;
    private static final int[] LENGTH_ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

    /** By the next QUICK bits: symbol << 4 | length; 0 where the code is longer. */
    private final int[] quick = new int[1 << QUICK];
    private final int[] counts = new int[LONGEST + 1];
    private final int[] sorted;
    /** The symbol that takes no bits, or −1. */
    private int only = -1;

    private Vp8lCode(int[] lengths) {
        int symbols = 0;
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            if (lengths[symbol] > 0) {
                counts[lengths[symbol]]++;
                symbols++;
                only = symbol;
            }
        }
        sorted = new int[symbols];
        if (symbols == 0) {
            only = 0;
        }
        if (symbols > 1) {
            only = -1;
            sort(lengths);
        }
    }

    private void sort(int[] lengths) {
        int[] next = new int[LONGEST + 1];
        int[] codes = new int[LONGEST + 1];
        int code = 0;
        int offset = 0;
        for (int length = 1; length <= LONGEST; length++) {
            code <<= 1;
            codes[length] = code;
            next[length] = offset;
            code += counts[length];
            offset += counts[length];
        }
        if (code != 1 << LONGEST) {
            throw Unreadable.because("a WebP prefix code is not complete");
        }
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            int length = lengths[symbol];
            if (length > 0) {
                sorted[next[length]++] = symbol;
                int reversed = Integer.reverse(codes[length]++) >>> 32 - length;
                for (int at = reversed; length <= QUICK && at < quick.length; at += 1 << length) {
                    quick[at] = symbol << 4 | length;
                }
            }
        }
    }

    int read(Vp8lBits bits) {
        if (only >= 0) {
            return only;
        }
        int next = bits.peek(LONGEST);
        int entry = quick[next & quick.length - 1];
        if (entry != 0) {
            bits.drop(entry & 15);
            return entry >> 4;
        }
        int code = 0;
        int first = 0;
        int offset = 0;
        for (int length = 1; length <= LONGEST; length++) {
            code = code << 1 | next & 1;
            next >>= 1;
            if (code - first < counts[length]) {
                bits.drop(length);
                return sorted[offset + code - first];
            }
            offset += counts[length];
            first = first + counts[length] << 1;
        }
        throw Unreadable.because("a WebP prefix code is broken");
    }

    /** Reads a code's description for an alphabet of that size. */
    static Vp8lCode describedIn(Vp8lBits bits, int alphabet) {
        return bits.flag() ? simple(bits, alphabet) : normal(bits, alphabet);
    }

    private static Vp8lCode simple(Vp8lBits bits, int alphabet) {
        boolean two = bits.flag();
        int[] lengths = new int[Math.max(alphabet, 256)];
        lengths[bits.read(bits.flag() ? 8 : 1)] = 1;
        if (two) {
            lengths[bits.read(8)] = 1;
        }
        return new Vp8lCode(lengths);
    }

    private static Vp8lCode normal(Vp8lBits bits, int alphabet) {
        int[] lengthLengths = new int[LENGTH_ORDER.length];
        int described = 4 + bits.read(4);
        for (int i = 0; i < described; i++) {
            lengthLengths[LENGTH_ORDER[i]] = bits.read(3);
        }
        Vp8lCode code = new Vp8lCode(lengthLengths);
        int left = bits.flag() ? 2 + bits.read(2 + 2 * bits.read(3)) : alphabet;
        int[] lengths = new int[alphabet];
        int previous = 8;
        for (int symbol = 0; symbol < alphabet && left > 0; left--) {
            int length = code.read(bits);
            if (length < 16) {
                lengths[symbol++] = length;
                previous = length == 0 ? previous : length;
                continue;
            }
            int repeat = switch (length) {
                case 16 -> 3 + bits.read(2);
                case 17 -> 3 + bits.read(3);
                default -> 11 + bits.read(7);
            };
            if (symbol + repeat > alphabet) {
                throw Unreadable.because("a WebP prefix code is too long");
            }
            for (int i = 0; i < repeat; i++) {
                lengths[symbol++] = length == 16 ? previous : 0;
            }
        }
        return new Vp8lCode(lengths);
    }
}
