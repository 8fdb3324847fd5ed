package io.tesserae.llm.grammar.schema;

import io.tesserae.llm.grammar.Automaton;
import io.tesserae.llm.grammar.Term;
import io.tesserae.llm.grammar.Terms;
import java.util.ArrayList;
import java.util.List;

/** Strings: length, pattern, format. */
final class StringTerms {

    /** States of the automaton that holds to several of them at once. */
    static final int MOST_STATES = 4_096;

    private final Terms terms;
    private final JsonTerms json;
    private final Characters characters;

    StringTerms(Terms terms, JsonTerms json) {
        this.terms = terms;
        this.json = json;
        this.characters = new Characters(terms);
    }

    Term of(Conditions conditions) {
        List<Term> all = patterns(conditions);
        if (all.isEmpty()) {
            return conditions.leastLength > conditions.mostLength ? terms.none()
                    : json.quoted(terms.repeat(json.character, conditions.leastLength, bound(conditions.mostLength)));
        }
        return json.quoted(together(conditions, all, List.of()));
    }

    /** What patterns and formats say, each a term of what stands between quotes. */
    List<Term> patterns(Conditions conditions) {
        List<Term> all = new ArrayList<>();
        for (SchemaAt pattern : conditions.patterns) {
            all.add(Pattern.search(terms, pattern, pattern.node().textValue()));
        }
        for (SchemaAt format : conditions.formats) {
            String pattern = Formats.pattern(format);
            if (!pattern.isEmpty()) {
                all.add(Pattern.search(terms, format, pattern));
            }
        }
        return all;
    }

    /** Contents that fit all of these, and the length, and none of those. */
    Term together(Conditions conditions, List<Term> all, List<Term> none) {
        List<Term> wanted = new ArrayList<>(all);
        if (conditions.leastLength > conditions.mostLength) {
            return terms.none();
        }
        if (conditions.leastLength > 0 || conditions.mostLength < Integer.MAX_VALUE) {
            wanted.add(terms.repeat(characters.any(), conditions.leastLength, bound(conditions.mostLength)));
        }
        return Automaton.of(terms, wanted, none, MOST_STATES).orElseThrow(() -> new SchemaException(blamed(conditions),
                "takes too many states to hold to; make the pattern simpler, or its lengths shorter"));
    }

    private static String blamed(Conditions conditions) {
        return !conditions.patterns.isEmpty() ? conditions.patterns.get(0).path()
                : !conditions.formats.isEmpty() ? conditions.formats.get(0).path() : conditions.path;
    }

    private static int bound(int most) {
        return most == Integer.MAX_VALUE ? Terms.UNBOUNDED : most;
    }

    /** Whether a name matches a pattern. */
    boolean matches(SchemaAt schema, String pattern, String name) {
        return takes(Pattern.search(terms, schema, pattern), name);
    }

    /** Whether a term of contents takes that string. */
    static boolean takes(Term content, String name) {
        String key = JsonTerms.key(name);
        return content.takes(key.substring(1, key.length() - 1));
    }
}
