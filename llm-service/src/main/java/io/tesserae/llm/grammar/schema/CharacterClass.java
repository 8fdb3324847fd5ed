package io.tesserae.llm.grammar.schema;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A set of code points, as pairs of first and last in rising order.
 */
record CharacterClass(int[] pairs) {

    private static final int LAST = 0x10FFFF;

    static final CharacterClass NONE = new CharacterClass(new int[0]);
    /** All but line ends. */
    static final CharacterClass DOT = new CharacterClass(new int[] {'\n', '\n', '\r', '\r', 0x2028, 0x2029}).others();

    private static final Map<String, CharacterClass> CATEGORIES = new HashMap<>();

    static CharacterClass range(int first, int last) {
        return new CharacterClass(new int[] {first, last});
    }

    /** What {@code \\d}, {@code \\w} and {@code \\s} mean, of ASCII: whatever else engines count among them is left out. */
    static CharacterClass named(char letter) {
        return switch (letter) {
            case 'd' -> range('0', '9');
            case 'w' -> new CharacterClass(new int[] {'0', '9', 'A', 'Z', '_', '_', 'a', 'z'});
            default -> new CharacterClass(new int[] {'\t', '\r', ' ', ' '});
        };
    }

    /** A general category, such as L or Lu; null where it is none. */
    static synchronized CharacterClass category(String name) {
        return name.length() > 2 || !"LNPSZM".contains(name.substring(0, 1)) ? null : CATEGORIES.computeIfAbsent(name, CharacterClass::scan);
    }

    private static CharacterClass scan(String name) {
        java.util.regex.Pattern pattern = java.util.regex.Pattern.compile("\\p{" + name + "}");
        CharacterClass found = NONE;
        int[] pairs = new int[2_048];
        int size = 0;
        boolean in = false;
        for (int code = 0; code <= LAST; code++) {
            boolean is = Character.isDefined(code) && pattern.matcher(Character.toString(code)).matches();
            if (is != in) {
                pairs = size == pairs.length ? Arrays.copyOf(pairs, 2 * size) : pairs;
                pairs[size++] = is ? code : code - 1;
                in = is;
            }
        }
        return size == 0 ? found : new CharacterClass(Arrays.copyOf(pairs, size));
    }

    boolean single() {
        return pairs.length == 2 && pairs[0] == pairs[1];
    }

    int first() {
        return pairs[0];
    }

    CharacterClass with(CharacterClass more) {
        int[] both = Arrays.copyOf(pairs, pairs.length + more.pairs.length);
        System.arraycopy(more.pairs, 0, both, pairs.length, more.pairs.length);
        return new CharacterClass(both).others().others();
    }

    /** All that are not in it. */
    CharacterClass others() {
        long[] sorted = new long[pairs.length / 2];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = (long) pairs[2 * i] << 32 | pairs[2 * i + 1];
        }
        Arrays.sort(sorted);
        int[] others = new int[pairs.length + 2];
        int size = 0;
        int next = 0;
        for (long pair : sorted) {
            int first = (int) (pair >>> 32);
            if (first > next) {
                others[size++] = next;
                others[size++] = first - 1;
            }
            next = Math.max(next, (int) pair + 1);
        }
        if (next <= LAST) {
            others[size++] = next;
            others[size++] = LAST;
        }
        return new CharacterClass(Arrays.copyOf(others, size));
    }
}
