package io.tesserae.llm.grammar.schema;

import io.tesserae.llm.grammar.CodePoints;
import io.tesserae.llm.grammar.Term;
import io.tesserae.llm.grammar.Terms;

/** Characters of a JSON string. Where a pattern speaks of them each is written in one way only, so that conditions can be compared byte by byte. */
final class Characters {

    private static final int LAST = 0x10FFFF;

    private final Terms terms;

    Characters(Terms terms) {
        this.terms = terms;
    }

    Term ascii(String characters) {
        return CodePoints.ascii(terms, characters);
    }

    /** Those that stand for themselves: all but quotes, backslashes, control characters and halves of surrogate pairs. */
    Term plain() {
        return CodePoints.of(terms, 0x20, 0x21, 0x23, 0x5B, 0x5D, 0xD7FF, 0xE000, LAST);
    }

    /** Those that are written with a backslash, as anybody may write them. */
    Term escaped() {
        Term hex = ascii("0123456789abcdefABCDEF");
        Term notSurrogate = terms.either(
                terms.sequence(ascii("0123456789abcefABCEF"), hex, hex, hex),
                terms.sequence(ascii("dD"), ascii("01234567"), hex, hex));
        return terms.sequence(terms.literal("\\"), terms.either(ascii("\"\\/bfnrt"), terms.sequence(terms.literal("u"), notSurrogate)));
    }

    /** One of these code points, written in the one way that patterns are compared in. Pairs of first and last. */
    Term oneOf(int... pairs) {
        Term term = CodePoints.of(terms, CodePoints.common(pairs, 0x20, 0x21, 0x23, 0x5B, 0x5D, 0xD7FF, 0xE000, LAST));
        for (String each : new String[] {"\"\"", "\\\\", "\nn", "\tt", "\rr"}) {
            if (has(pairs, each.charAt(0))) {
                term = terms.either(term, terms.literal("\\" + each.charAt(1)));
            }
        }
        return term;
    }

    /** Any character, in the one way. */
    Term any() {
        return oneOf(0, LAST);
    }

    private static boolean has(int[] pairs, int character) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i] <= character && character <= pairs[i + 1]) {
                return true;
            }
        }
        return false;
    }
}
