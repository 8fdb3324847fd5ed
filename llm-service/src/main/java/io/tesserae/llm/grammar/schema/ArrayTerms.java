package io.tesserae.llm.grammar.schema;

import io.tesserae.llm.grammar.Term;
import io.tesserae.llm.grammar.Terms;
import java.util.List;

/** Arrays: items by place, all others, and how many. */
final class ArrayTerms {

    private final Terms terms;
    private final JsonTerms json;
    private final SchemaTerms values;

    ArrayTerms(Terms terms, JsonTerms json, SchemaTerms values) {
        this.terms = terms;
        this.json = json;
        this.values = values;
    }

    Term of(Conditions conditions) {
        if (conditions.distinct && conditions.mostItems > 1) {
            throw new SchemaException(conditions.distinctPath, "'uniqueItems' cannot be held to while an answer is written");
        }
        if (conditions.prefix.isEmpty() && conditions.items.isEmpty() && conditions.leastItems == 0 && conditions.mostItems == Integer.MAX_VALUE) {
            return json.anyArray();
        }
        if (!conditions.prefix.isEmpty() && conditions.items.stream().anyMatch(items -> !besides(items, conditions.prefix.get(0)))) {
            throw new SchemaException(conditions.path, "'items' of one schema and items by place of another cannot be held to together");
        }
        Term rest = conditions.items.isEmpty() ? json.anything() : values.value(conditions.items);
        return terms.sequence(terms.literal("["), from(0, conditions, rest));
    }

    private static boolean besides(SchemaAt items, List<SchemaAt> first) {
        String parent = items.path().substring(0, items.path().lastIndexOf('/'));
        return first.stream().allMatch(one -> one.path().startsWith(parent + "/prefixItems/") || one.path().startsWith(parent + "/items/"));
    }

    /** What follows once {@code count} items stand there. */
    private Term from(int count, Conditions conditions, Term rest) {
        Term close = count == 0 ? terms.literal("]") : terms.sequence(json.space, terms.literal("]"));
        if (count >= conditions.mostItems) {
            return count >= conditions.leastItems && count == conditions.mostItems ? close : terms.none();
        }
        Term before = count == 0 ? json.space : terms.sequence(terms.literal(","), json.space);
        if (count < conditions.prefix.size()) {
            Term next = terms.sequence(before, values.value(conditions.prefix.get(count)), from(count + 1, conditions, rest));
            return count >= conditions.leastItems ? terms.either(close, next) : next;
        }
        int least = Math.max(0, conditions.leastItems - count);
        int most = conditions.mostItems == Integer.MAX_VALUE ? Terms.UNBOUNDED : conditions.mostItems - count;
        Term another = terms.sequence(terms.literal(","), json.space, rest);
        Term end = terms.sequence(json.space, terms.literal("]"));
        if (count > 0) {
            return terms.sequence(terms.repeat(another, least, most), end);
        }
        int further = most == Terms.UNBOUNDED ? most : most - 1;
        Term some = terms.sequence(json.space, rest, terms.repeat(another, Math.max(0, least - 1), further), end);
        return least == 0 ? terms.either(terms.literal("]"), some) : some;
    }
}
