package io.tesserae.llm.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.llm.grammar.Term;
import io.tesserae.llm.grammar.Terms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Objects: the properties that are named, in their order, then others where they are allowed. A schema that does not speak of other properties gets none, but
 * one that names none at all gets any.
 */
final class ObjectTerms {

    private static final int MOST_PROPERTIES = 1_000;

    private record Property(Term key, Term value, boolean required) {
    }

    private final Terms terms;
    private final JsonTerms json;
    private final SchemaTerms values;
    private final StringTerms strings;

    ObjectTerms(Terms terms, JsonTerms json, SchemaTerms values, StringTerms strings) {
        this.terms = terms;
        this.json = json;
        this.values = values;
        this.strings = strings;
    }

    Term of(Conditions conditions) {
        boolean open = conditions.properties.isEmpty() && conditions.required.isEmpty() && conditions.patternProperties.isEmpty()
                && conditions.others.isEmpty() && conditions.names.isEmpty();
        if (open && conditions.leastProperties == 0 && conditions.mostProperties == Integer.MAX_VALUE) {
            return json.anyObject();
        }
        Set<String> names = new LinkedHashSet<>(conditions.properties.keySet());
        names.addAll(conditions.required);
        if (names.size() > MOST_PROPERTIES) {
            throw new SchemaException(conditions.path, "more than " + MOST_PROPERTIES + " properties");
        }
        List<Property> properties = new ArrayList<>();
        for (String name : names) {
            Term value = keyMayBe(conditions, name) ? values.valueOf(valueSchemas(conditions, name)) : terms.none();
            boolean required = conditions.required.contains(name);
            if (required || value != terms.none()) {
                properties.add(new Property(terms.literal(JsonTerms.key(name)), value, required));
            }
        }
        return terms.sequence(terms.literal("{"), new Members(conditions, properties, members(conditions, names, open)).from(0, 0));
    }

    /** All that a property's value must be: what is said of its name, of patterns that it matches, and of others where it is one. */
    private List<SchemaAt> valueSchemas(Conditions conditions, String name) {
        List<SchemaAt> all = new ArrayList<>(conditions.properties.getOrDefault(name, List.of()));
        conditions.patternProperties.forEach((pattern, schemas) -> {
            if (strings.matches(schemas.get(0), pattern, name)) {
                all.addAll(schemas);
            }
        });
        for (Conditions.Others others : conditions.others) {
            if (!others.named().contains(name) && others.patterns().stream().noneMatch(pattern -> strings.matches(others.schema(), pattern, name))) {
                all.add(others.schema());
            }
        }
        return all;
    }

    private boolean keyMayBe(Conditions conditions, String name) {
        return conditions.names.isEmpty() || values.keyMayBe(conditions.names, name);
    }

    /** Properties that are not named, each as key and value; empty where there are none. */
    private List<Term> members(Conditions conditions, Set<String> named, boolean open) {
        Conditions plain = new Conditions(conditions.path);
        Term key = terms.repeat(json.plain, 1, Terms.UNBOUNDED);
        List<Term> always = new ArrayList<>(List.of(key));
        if (!conditions.names.isEmpty()) {
            always.add(values.keys(conditions.names));
        }
        Set<String> taken = new LinkedHashSet<>(named);
        conditions.others.forEach(others -> taken.addAll(others.named()));
        List<Term> takenKeys = new ArrayList<>(taken.stream().map(name -> content(name)).toList());
        List<Term> members = new ArrayList<>();
        Map<String, Term> patterns = new HashMap<>();
        conditions.patternProperties.forEach((pattern, schemas) -> patterns.put(pattern, Pattern.search(terms, schemas.get(0), pattern)));
        conditions.patternProperties.forEach((pattern, schemas) -> {
            List<Term> all = new ArrayList<>(always);
            all.add(patterns.get(pattern));
            List<Term> none = new ArrayList<>(takenKeys);
            patterns.forEach((other, term) -> {
                if (!other.equals(pattern)) {
                    none.add(term);
                }
            });
            List<SchemaAt> value = new ArrayList<>(schemas);
            conditions.others.stream().filter(others -> !others.patterns().contains(pattern)).forEach(others -> value.add(others.schema()));
            members.add(member(strings.together(plain, all, none), values.value(value)));
        });
        boolean further = open || !conditions.others.isEmpty() || !conditions.names.isEmpty() && conditions.properties.isEmpty();
        boolean forbidden = conditions.others.stream().anyMatch(others -> isFalse(others.schema().node()));
        if (further && !forbidden) {
            List<Term> none = new ArrayList<>(takenKeys);
            none.addAll(patterns.values());
            // What one schema's patterns speak of is no other property to it; to be one for all, a key must match none.
            for (Conditions.Others others : conditions.others) {
                others.patterns().forEach(pattern -> none.add(Pattern.search(terms, others.schema(), pattern)));
            }
            List<SchemaAt> value = conditions.others.stream().map(Conditions.Others::schema).toList();
            members.add(member(strings.together(plain, always, none), values.valueOf(value)));
        }
        return members.stream().filter(member -> member != terms.none()).toList();
    }

    private Term content(String name) {
        String key = JsonTerms.key(name);
        return name.isEmpty() ? terms.empty() : terms.literal(key.substring(1, key.length() - 1));
    }

    private Term member(Term key, Term value) {
        return terms.sequence(json.quoted(key), terms.literal(":"), json.blank, value);
    }

    private static boolean isFalse(JsonNode schema) {
        return schema.isBoolean() && !schema.booleanValue();
    }

    /** The members of one object, by how many stand there already; counted only as far as it makes a difference. */
    private final class Members {

        private final Conditions conditions;
        private final List<Property> properties;
        private final Term other;
        private final boolean counted;
        private final Map<Long, Term> known = new HashMap<>();

        Members(Conditions conditions, List<Property> properties, List<Term> others) {
            this.conditions = conditions;
            this.properties = properties;
            this.other = terms.either(others);
            this.counted = conditions.leastProperties > 0 || conditions.mostProperties < Integer.MAX_VALUE;
            // Keys that nobody names may be the same twice: only one of them counts towards a least number.
            if (conditions.leastProperties > properties.size() + (other == terms.none() ? 0 : 1)) {
                throw new SchemaException(conditions.path + "/minProperties", "cannot be held to: other properties might get the same name");
            }
        }

        Term from(int index, int count) {
            Long key = (long) index << 32 | count;
            Term term = known.get(key);
            if (term == null) {
                term = index == properties.size() ? others(count) : property(index, count);
                known.put(key, term);
            }
            return term;
        }

        private Term property(int index, int count) {
            Property property = properties.get(index);
            Term here = count >= conditions.mostProperties ? terms.none() : terms.sequence(before(count), property.key, terms.literal(":"), json.blank,
                    property.value, from(index + 1, counted ? count + 1 : 1));
            return property.required ? here : terms.either(here, from(index + 1, count));
        }

        private Term before(int count) {
            return count == 0 ? json.space : terms.sequence(terms.literal(","), json.space);
        }

        private Term others(int count) {
            Term close = count == 0 ? terms.literal("}") : terms.sequence(json.space, terms.literal("}"));
            List<Term> choices = new ArrayList<>();
            if (count >= conditions.leastProperties) {
                choices.add(close);
            }
            if (other != terms.none() && count < conditions.mostProperties && count + 1 >= conditions.leastProperties) {
                int most = conditions.mostProperties == Integer.MAX_VALUE ? Terms.UNBOUNDED : conditions.mostProperties - count - 1;
                choices.add(terms.sequence(before(count), other, terms.repeat(terms.sequence(terms.literal(","), json.space, other), 0, most), json.space,
                        terms.literal("}")));
            }
            return terms.either(choices);
        }
    }
}
