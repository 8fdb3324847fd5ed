package io.tesserae.llm.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Sets of code points as the bytes of their UTF-8. */
public final class CodePoints {

    /** Last code points of one, two, three and four bytes. */
    private static final int[] LAST = {0x7F, 0x7FF, 0xFFFF, 0x10FFFF};

    private CodePoints() {
    }

    /** One of these ASCII characters. */
    public static Term ascii(Terms terms, String characters) {
        return terms.bytes(ByteSet.of(characters));
    }

    /** One of these code points; pairs of first and last, none of them a half of a surrogate pair. */
    public static Term of(Terms terms, int... pairs) {
        List<Term> choices = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            int first = pairs[i];
            for (int last : LAST) {
                if (first <= last && first <= pairs[i + 1]) {
                    choices.add(range(terms, bytes(first), bytes(Math.min(last, pairs[i + 1])), 0));
                    first = last + 1;
                }
            }
        }
        return terms.either(choices);
    }

    private static int[] bytes(int codePoint) {
        byte[] utf8 = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
        int[] values = new int[utf8.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = utf8[i] & 0xff;
        }
        return values;
    }

    /** Encodings of equal length from one to the other, from their byte {@code at} on. */
    private static Term range(Terms terms, int[] first, int[] last, int at) {
        if (at == first.length - 1) {
            return terms.bytes(ByteSet.ranges(first[at], last[at]));
        }
        if (first[at] == last[at]) {
            return terms.sequence(terms.bytes(ByteSet.ranges(first[at], first[at])), range(terms, first, last, at + 1));
        }
        int[] lowest = first.clone();
        int[] highest = last.clone();
        java.util.Arrays.fill(lowest, at + 1, lowest.length, 0x80);
        java.util.Arrays.fill(highest, at + 1, highest.length, 0xBF);
        Term below = terms.sequence(terms.bytes(ByteSet.ranges(first[at], first[at])), range(terms, first, highest, at + 1));
        Term above = terms.sequence(terms.bytes(ByteSet.ranges(last[at], last[at])), range(terms, lowest, last, at + 1));
        if (first[at] + 1 > last[at] - 1) {
            return terms.either(below, above);
        }
        Term between = terms.sequence(terms.bytes(ByteSet.ranges(first[at] + 1, last[at] - 1)), range(terms, lowest, highest, at + 1));
        return terms.either(below, between, above);
    }

    /** What two sets have in common; pairs in rising order. */
    public static int[] common(int[] some, int... others) {
        List<Integer> common = new ArrayList<>();
        for (int i = 0; i < some.length; i += 2) {
            for (int j = 0; j < others.length; j += 2) {
                int first = Math.max(some[i], others[j]);
                int last = Math.min(some[i + 1], others[j + 1]);
                if (first <= last) {
                    common.add(first);
                    common.add(last);
                }
            }
        }
        return common.stream().mapToInt(Integer::intValue).toArray();
    }
}
