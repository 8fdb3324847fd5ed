package io.tesserae.llm.grammar.schema;

import io.tesserae.llm.grammar.Term;
import io.tesserae.llm.grammar.Terms;
import java.util.ArrayList;
import java.util.List;

/**
 * ECMA 262's regular expressions, as far as they are regular: no look-around, no back references, no word boundaries; anchors where a pattern or one of its
 * alternatives begins and ends. Lazy quantifiers mean the same as others here.
 */
final class Pattern {

    private static final int MOST_TIMES = 2_000;

    private final Terms terms;
    private final Characters characters;
    private final SchemaAt schema;
    private final int[] text;
    private int at;

    private Pattern(Terms terms, SchemaAt schema, String text) {
        this.terms = terms;
        this.characters = new Characters(terms);
        this.schema = schema;
        this.text = text.codePoints().toArray();
    }

    /** Strings in which the pattern is found, as a JSON string has them between its quotes. */
    static Term search(Terms terms, SchemaAt schema, String pattern) {
        return new Pattern(terms, schema, pattern).top();
    }

    private Term top() {
        Term anything = terms.repeat(characters.any(), 0, Terms.UNBOUNDED);
        List<Term> choices = new ArrayList<>();
        do {
            boolean begins = take('^');
            Term body = sequence();
            boolean ends = take('$');
            if (at < text.length && text[at] != '|') {
                throw refuse(text[at] == ')' ? "has a ')' too many" : "is only understood with ^ first and $ last");
            }
            choices.add(terms.sequence(begins ? terms.empty() : anything, body, ends ? terms.empty() : anything));
        } while (take('|'));
        return terms.either(choices);
    }

    private Term alternatives() {
        List<Term> choices = new ArrayList<>();
        do {
            choices.add(sequence());
        } while (take('|'));
        return terms.either(choices);
    }

    private Term sequence() {
        List<Term> parts = new ArrayList<>();
        while (at < text.length && text[at] != '|' && text[at] != ')' && text[at] != '$') {
            parts.add(quantified(atom()));
        }
        return terms.sequence(parts.toArray(Term[]::new));
    }

    private Term atom() {
        int letter = text[at++];
        switch (letter) {
            case '(' -> {
                if (take('?') && !take(':')) {
                    boolean named = at + 1 < text.length && text[at] == '<' && text[at + 1] != '=' && text[at + 1] != '!';
                    if (!named) {
                        throw refuse("looks ahead or behind, which is not understood");
                    }
                    while (at < text.length && text[at++] != '>') {
                        // A group's name means nothing here.
                    }
                }
                Term group = alternatives();
                if (!take(')')) {
                    throw refuse(at < text.length && text[at] == '$' ? "is only understood with ^ first and $ last" : "lacks a ')'");
                }
                return group;
            }
            case '[' -> {
                return characters.oneOf(bracket());
            }
            case '.' -> {
                return characters.oneOf(CharacterClass.DOT.pairs());
            }
            case '\\' -> {
                return characters.oneOf(escape(false).pairs());
            }
            case '*', '+', '?' -> throw refuse("repeats nothing");
            case '^' -> throw refuse("is only understood with ^ first and $ last");
            default -> {
                return characters.oneOf(letter, letter);
            }
        }
    }

    private Term quantified(Term atom) {
        int from = at;
        int least;
        int most;
        if (take('*')) {
            least = 0;
            most = Terms.UNBOUNDED;
        } else if (take('+')) {
            least = 1;
            most = Terms.UNBOUNDED;
        } else if (take('?')) {
            least = 0;
            most = 1;
        } else if (take('{')) {
            Integer first = number();
            if (first == null) {
                at = from;
                throw refuse("has a '{' that is no count; write \\{");
            }
            Integer second = take(',') ? number() : first;
            least = first;
            most = second == null ? Terms.UNBOUNDED : second;
            if (!take('}') || most < least || least > MOST_TIMES || second != null && second > MOST_TIMES) {
                throw refuse("has a count that is none, or above " + MOST_TIMES);
            }
        } else {
            return atom;
        }
        take('?');
        if (at < text.length && (text[at] == '*' || text[at] == '+' || text[at] == '?')) {
            throw refuse("repeats a repetition");
        }
        return terms.repeat(atom, least, most);
    }

    private Integer number() {
        int from = at;
        int value = 0;
        while (at < text.length && text[at] >= '0' && text[at] <= '9') {
            value = Math.min(1_000_000, value * 10 + text[at++] - '0');
        }
        return at == from ? null : value;
    }

    private int[] bracket() {
        boolean negated = take('^');
        CharacterClass all = CharacterClass.NONE;
        while (!take(']')) {
            if (at >= text.length) {
                throw refuse("lacks a ']'");
            }
            CharacterClass first = member();
            if (at + 1 < text.length && text[at] == '-' && text[at + 1] != ']') {
                at++;
                CharacterClass last = member();
                if (!first.single() || !last.single() || first.first() > last.first()) {
                    throw refuse("has a range that is none");
                }
                all = all.with(CharacterClass.range(first.first(), last.first()));
            } else {
                all = all.with(first);
            }
        }
        return (negated ? all.others() : all).pairs();
    }

    private CharacterClass member() {
        int letter = text[at++];
        return letter == '\\' ? escape(true) : CharacterClass.range(letter, letter);
    }

    private CharacterClass escape(boolean inBracket) {
        if (at >= text.length) {
            throw refuse("ends in a backslash");
        }
        int letter = text[at++];
        switch (letter) {
            case 'd', 'D', 'w', 'W', 's', 'S' -> {
                CharacterClass known = CharacterClass.named((char) Character.toLowerCase(letter));
                return Character.isUpperCase(letter) ? known.others() : known;
            }
            case 'p', 'P' -> {
                CharacterClass category = CharacterClass.category(braced());
                if (category == null) {
                    throw refuse("names a property that is not understood; general categories are, such as \\p{L}");
                }
                return letter == 'P' ? category.others() : category;
            }
            case 'b' -> {
                if (inBracket) {
                    return single('\b');
                }
                throw refuse("has a word boundary, which is not understood");
            }
            case 'n' -> {
                return single('\n');
            }
            case 't' -> {
                return single('\t');
            }
            case 'r' -> {
                return single('\r');
            }
            case 'f' -> {
                return single('\f');
            }
            case 'v' -> {
                return single(0x0B);
            }
            case '0' -> {
                return single(0);
            }
            case 'x' -> {
                return single(hex(2));
            }
            case 'u' -> {
                return single(at < text.length && text[at] == '{' ? Integer.parseInt(braced(), 16) : hex(4));
            }
            default -> {
                if (Character.isLetterOrDigit(letter)) {
                    throw refuse("has \\" + Character.toString(letter) + ", which is not understood");
                }
                return single(letter);
            }
        }
    }

    private static CharacterClass single(int letter) {
        return CharacterClass.range(letter, letter);
    }

    private String braced() {
        StringBuilder name = new StringBuilder();
        if (take('{')) {
            while (at < text.length && text[at] != '}') {
                name.appendCodePoint(text[at++]);
            }
            at++;
        }
        if (!name.toString().matches("[A-Za-z0-9_=]{1,24}")) {
            throw refuse("has an escape that is none");
        }
        return name.toString();
    }

    private int hex(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = at < text.length ? Character.digit(text[at++], 16) : -1;
            if (digit < 0) {
                throw refuse("has an escape that is none");
            }
            value = value * 16 + digit;
        }
        return value;
    }

    private boolean take(int letter) {
        if (at < text.length && text[at] == letter) {
            at++;
            return true;
        }
        return false;
    }

    private SchemaException refuse(String what) {
        return schema.refuse("", "the pattern " + what + " (character " + at + ")");
    }
}
