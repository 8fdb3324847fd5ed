package io.tesserae.llm.grammar;

import java.util.Arrays;

/** A set of byte values, 0 to 255. */
final class ByteSet {

    private final long[] bits = new long[4];

    private ByteSet() {
    }

    /** Pairs of first and last value. */
    static ByteSet ranges(int... pairs) {
        ByteSet set = new ByteSet();
        for (int i = 0; i < pairs.length; i += 2) {
            for (int value = pairs[i]; value <= pairs[i + 1]; value++) {
                set.bits[value >> 6] |= 1L << value;
            }
        }
        return set;
    }

    /** The characters of an ASCII text. */
    static ByteSet of(String ascii) {
        ByteSet set = new ByteSet();
        ascii.chars().forEach(value -> set.bits[value >> 6] |= 1L << value);
        return set;
    }

    boolean has(int value) {
        return (bits[value >> 6] >>> value & 1) != 0;
    }

    /** The lowest value; letters and digits before others, so that what is written to end an answer can be read. */
    int simplest() {
        for (int value : new int[] {'0', 'a', 'A', ' '}) {
            if (has(value)) {
                return value;
            }
        }
        for (int value = 0; value < 256; value++) {
            if (has(value)) {
                return value;
            }
        }
        throw new IllegalStateException("an empty set of bytes");
    }

    boolean isEmpty() {
        return (bits[0] | bits[1] | bits[2] | bits[3]) == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteSet set && Arrays.equals(bits, set.bits);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bits);
    }
}
