package io.tesserae.gateway.image.jpeg;

import io.tesserae.gateway.image.Cursor;
import io.tesserae.gateway.image.Unreadable;

/**
 * A Huffman code and the numbers that follow its symbols. A symbol's low four bits say how many bits of a number follow it, its high
 * four how many zero coefficients come before that number.
 */
final class HuffmanTable {

    /** Bits that are looked up at once; longer codes are found bit by bit. */
    static final int LOOKUP_BITS = 10;

    private final int[] symbols;
    /** Largest code of each length, 1 to 16, or −1; after them one that is larger than any. */
    private final int[] largest = new int[18];
    /** What added to a code of that length gives its symbol's place. */
    private final int[] offset = new int[17];
    /** For the next bits: the symbol, and above its eight bits the length of its code; 0 where the code is longer. */
    private final short[] lookup = new short[1 << LOOKUP_BITS];
    /**
     * For the next bits, where both code and number lie within them: the number in the high 16 bits, the zeros before it in the next
     * eight, the length of code and number in the low eight. A number is never zero; 0 where they do not.
     */
    private final int[] numbers = new int[1 << LOOKUP_BITS];

    /** Reads one table of a DHT segment: how many codes each length has, then the symbols. */
    HuffmanTable(Cursor in) {
        int[] counts = new int[17];
        int total = 0;
        for (int length = 1; length <= 16; length++) {
            counts[length] = in.u8();
            total += counts[length];
        }
        if (total > 256) {
            throw Unreadable.because("a JPEG's Huffman table has " + total + " codes");
        }
        symbols = new int[total];
        for (int i = 0; i < total; i++) {
            symbols[i] = in.u8();
        }
        int code = 0;
        int place = 0;
        for (int length = 1; length <= 16; length++) {
            offset[length] = place - code;
            for (int i = 0; i < counts[length]; i++, code++, place++) {
                enter(code, length, symbols[place]);
            }
            if (code >= 1 << length) {
                throw Unreadable.because("a JPEG's Huffman table has too many codes of " + length + " bits");
            }
            largest[length] = counts[length] == 0 ? -1 : code - 1;
            code <<= 1;
        }
        largest[17] = Integer.MAX_VALUE;
    }

    private void enter(int code, int length, int symbol) {
        if (length > LOOKUP_BITS || code >= 1 << length) {
            return;
        }
        int size = symbol & 15;
        int free = LOOKUP_BITS - length;
        for (int rest = 0; rest < 1 << free; rest++) {
            int next = code << free | rest;
            lookup[next] = (short) (length << 8 | symbol);
            if (size > 0 && size <= free) {
                int number = extended(rest >> free - size, size);
                numbers[next] = number << 16 | symbol >> 4 << 8 | length + size;
            }
        }
    }

    /** The number that {@code size} bits stand for: those that begin with 0 are negative. */
    static int extended(int bits, int size) {
        return bits < 1 << size - 1 ? bits - (1 << size) + 1 : bits;
    }

    /** Whether every symbol is one that stands before a DC difference. */
    boolean isForDc() {
        for (int symbol : symbols) {
            if (symbol > 15) {
                return false;
            }
        }
        return true;
    }

    short[] lookup() {
        return lookup;
    }

    int[] numbers() {
        return numbers;
    }

    /**
     * Length (above eight bits) and symbol of a code that is longer than {@link #LOOKUP_BITS}. Bits that are no code at all count as
     * 17 and mean 0, as libjpeg has it.
     */
    int longCode(int next17) {
        int length = LOOKUP_BITS + 1;
        while (next17 >> 17 - length > largest[length]) {
            length++;
        }
        if (length > 16) {
            return 17 << 8;
        }
        return length << 8 | symbols[(next17 >> 17 - length) + offset[length] & 0xff];
    }
}
