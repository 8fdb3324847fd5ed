package io.tesserae.llm.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.llm.grammar.RuleTerm;
import io.tesserae.llm.grammar.Term;
import io.tesserae.llm.grammar.Terms;
import io.tesserae.llm.grammar.schema.Conditions.Type;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A schema's values as a term. For one schema; its terms may be used by others of the same {@link Terms}. */
public final class SchemaTerms {

    private static final int DEEPEST = 64;
    private static final int MOST_RULES = 5_000;

    private final Terms terms;
    private final JsonTerms json;
    private final SchemaReader reader;
    private final StringTerms strings;
    private final NumberTerms numbers;
    private final ArrayTerms arrays;
    private final ObjectTerms objects;
    private final Map<String, RuleTerm> rules = new HashMap<>();
    private int depth;

    private SchemaTerms(Terms terms, JsonTerms json, JsonNode document) {
        this.terms = terms;
        this.json = json;
        this.reader = new SchemaReader(new SchemaReferences(document));
        this.strings = new StringTerms(terms, json);
        this.numbers = new NumberTerms(terms, json);
        this.arrays = new ArrayTerms(terms, json, this);
        this.objects = new ObjectTerms(terms, json, this, strings);
    }

    /** Values that the schema takes. Throws {@link SchemaException}; after {@link Terms#rulesAreSaid} the term may turn out to have none. */
    public static Term of(Terms terms, JsonTerms json, JsonNode schema) {
        return new SchemaTerms(terms, json, schema).value(List.of(new SchemaAt(schema, "#")));
    }

    /** The same, of no schema at all any value. */
    Term valueOf(List<SchemaAt> schemas) {
        return schemas.isEmpty() ? json.anything() : value(schemas);
    }

    /** Values that all of these take. Each is named by its path, so that it can stand in itself. */
    Term value(List<SchemaAt> schemas) {
        if (schemas.size() == 1 && schemas.get(0).node().isBoolean()) {
            return schemas.get(0).node().booleanValue() ? json.anything() : terms.none();
        }
        String name = schemas.stream().map(SchemaAt::path).collect(Collectors.joining(" "));
        RuleTerm rule = rules.get(name);
        if (rule == null) {
            if (rules.size() == MOST_RULES) {
                throw schemas.get(0).refuse("", "combines more than " + MOST_RULES + " schemas");
            }
            rule = terms.rule(name);
            rules.put(name, rule);
            rule.is(alternatives(schemas));
        }
        return rule;
    }

    private Term alternatives(List<SchemaAt> schemas) {
        if (++depth > DEEPEST) {
            throw schemas.get(0).refuse("", "is nested too deep");
        }
        List<Term> choices = new ArrayList<>();
        for (Conditions conditions : reader.read(schemas)) {
            choices.add(conditions.values == null ? ofTypes(conditions, conditions.generatedTypes()) : values(conditions));
        }
        depth--;
        return terms.either(choices);
    }

    private Term ofTypes(Conditions conditions, EnumSet<Type> types) {
        List<Term> choices = new ArrayList<>();
        for (Type type : types) {
            choices.add(switch (type) {
                case OBJECT -> objects.of(conditions);
                case ARRAY -> arrays.of(conditions);
                case STRING -> strings.of(conditions);
                case NUMBER -> numbers.of(conditions, false);
                case INTEGER -> types.contains(Type.NUMBER) ? terms.none() : numbers.of(conditions, true);
                case BOOLEAN -> terms.either(terms.literal("true"), terms.literal("false"));
                case NULL -> terms.literal("null");
            });
        }
        return terms.either(choices);
    }

    /** Values that are listed, those of them that the rest of the schema takes. */
    private Term values(Conditions conditions) {
        Conditions rest = conditions.copy();
        rest.values = null;
        EnumSet<Type> spoken = rest.types == null ? EnumSet.allOf(Type.class) : rest.types;
        boolean onlyTypes = new Conditions("").generatedTypes().equals(withoutTypes(rest).generatedTypes());
        List<Term> choices = new ArrayList<>();
        for (JsonNode value : conditions.values) {
            if (!JsonValues.hasType(value, spoken)) {
                continue;
            }
            if (!onlyTypes && value.isContainerNode()) {
                throw new SchemaException(conditions.path, "a list of objects or arrays cannot be combined with other conditions");
            }
            // Conditions of other types than the value's do not concern it.
            boolean taken = onlyTypes || value.isBoolean() || value.isNull()
                    || value.isTextual() && strings.of(rest).takes(JsonTerms.text(value))
                    || value.isNumber() && fits(value, rest);
            if (taken) {
                choices.add(json.exactly(value));
            }
        }
        return terms.either(choices);
    }

    private static Conditions withoutTypes(Conditions conditions) {
        Conditions copy = conditions.copy();
        copy.types = null;
        return copy;
    }

    private static boolean fits(JsonNode number, Conditions conditions) {
        if (!conditions.multiples.isEmpty()) {
            throw new SchemaException(conditions.multiples.get(0).path(), "cannot be combined with a list of values");
        }
        int low = conditions.least == null ? 1 : number.decimalValue().compareTo(conditions.least);
        int high = conditions.most == null ? -1 : number.decimalValue().compareTo(conditions.most);
        return (low > 0 || low == 0 && !conditions.aboveLeast) && (high < 0 || high == 0 && !conditions.belowMost);
    }

    /** Whether a key is one that these schemas of keys take. */
    boolean keyMayBe(List<SchemaAt> names, String key) {
        return StringTerms.takes(keys(names), key);
    }

    /** Keys that these schemas take, as they stand between quotes. */
    Term keys(List<SchemaAt> names) {
        List<Term> choices = new ArrayList<>();
        for (Conditions conditions : reader.read(names)) {
            if (conditions.types != null && !conditions.types.contains(Type.STRING)) {
                continue;
            }
            if (conditions.values != null) {
                conditions.values.stream().filter(JsonNode::isTextual).filter(value -> !value.textValue().isEmpty()).forEach(value -> {
                    String key = JsonTerms.text(value);
                    choices.add(terms.literal(key.substring(1, key.length() - 1)));
                });
            } else {
                List<Term> all = new ArrayList<>(strings.patterns(conditions));
                all.add(terms.repeat(json.plain, 1, Terms.UNBOUNDED));
                choices.add(strings.together(conditions, all, List.of()));
            }
        }
        return terms.either(choices);
    }
}
