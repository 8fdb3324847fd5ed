package io.tesserae.llm.grammar.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.llm.grammar.RuleTerm;
import io.tesserae.llm.grammar.Term;
import io.tesserae.llm.grammar.Terms;

/** JSON without a schema, and the pieces that all JSON is made of. */
public final class JsonTerms {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Deepest nesting of values that no schema speaks of: parsers have their limits. */
    private static final int DEEPEST = 16;
    private static final int INTEGER_DIGITS = 15;
    private static final int FRACTION_DIGITS = 15;
    /** Spaces that a line may begin with. */
    private static final int DEEPEST_INDENT = 20;

    final Terms terms;
    /** Between a bracket or comma and what follows: nothing, a space, or a new line. */
    final Term space;
    /** After a colon. */
    final Term blank;
    final Term digit;
    /** One character of a string, however it is written. */
    final Term character;
    /** One character of a string that stands for itself. */
    final Term plain;
    final Term string;
    final Term integer;
    final Term number;
    private final Term[] anything = new Term[DEEPEST + 1];
    private Term anyObject;
    private Term anyArray;

    public JsonTerms(Terms terms) {
        this.terms = terms;
        Characters characters = new Characters(terms);
        digit = characters.ascii("0123456789");
        blank = terms.optional(terms.literal(" "));
        space = terms.either(blank, terms.sequence(terms.literal("\n"), terms.repeat(characters.ascii(" \t"), 0, DEEPEST_INDENT)));
        plain = characters.plain();
        character = terms.either(plain, characters.escaped());
        string = quoted(terms.repeat(character, 0, Terms.UNBOUNDED));
        Term whole = terms.either(terms.literal("0"), terms.sequence(characters.ascii("123456789"), terms.repeat(digit, 0, INTEGER_DIGITS - 1)));
        Term sign = terms.optional(terms.literal("-"));
        integer = terms.sequence(sign, whole);
        Term fraction = terms.optional(terms.sequence(terms.literal("."), terms.repeat(digit, 1, FRACTION_DIGITS)));
        Term exponent = terms.optional(terms.sequence(characters.ascii("eE"), terms.optional(characters.ascii("+-")), terms.repeat(digit, 1, 2)));
        number = terms.sequence(integer, fraction, exponent);
    }

    Term quoted(Term content) {
        return terms.sequence(terms.literal("\""), content, terms.literal("\""));
    }

    /** A value exactly as it is written without spaces. */
    Term exactly(JsonNode value) {
        return terms.literal(text(value));
    }

    static String text(JsonNode value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree is always JSON", impossible);
        }
    }

    /** A key as it is written. */
    static String key(String name) {
        return text(JSON.getNodeFactory().textNode(name));
    }

    /** Any object. */
    public Term anyObject() {
        anything();
        return anyObject;
    }

    /** Any array. */
    Term anyArray() {
        anything();
        return anyArray;
    }

    /** Any value. */
    Term anything() {
        if (anything[0] == null) {
            Term plainValue = terms.either(string, number, terms.literal("true"), terms.literal("false"), terms.literal("null"));
            anything[DEEPEST] = plainValue;
            for (int depth = DEEPEST - 1; depth >= 0; depth--) {
                Term below = anything[depth + 1];
                anyArray = enclosed("[", below, "]");
                anyObject = enclosed("{", terms.sequence(string, terms.literal(":"), blank, below), "}");
                RuleTerm rule = terms.rule("a value");
                rule.is(terms.either(plainValue, anyObject, anyArray));
                anything[depth] = rule;
            }
        }
        return anything[0];
    }

    private Term enclosed(String open, Term item, String close) {
        Term more = terms.repeat(terms.sequence(terms.literal(","), space, item), 0, Terms.UNBOUNDED);
        return terms.sequence(terms.literal(open),
                terms.either(terms.literal(close), terms.sequence(space, item, more, space, terms.literal(close))));
    }
}
