package io.tesserae.llm.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.llm.grammar.schema.Conditions.Type;
import java.util.EnumSet;
import java.util.List;

/** Whether alternatives of {@code oneOf} can be told apart: then taking any of them is taking exactly one. */
final class Disjointness {

    private static final int DEEPEST = 3;

    private final SchemaReader reader;

    Disjointness(SchemaReader reader) {
        this.reader = reader;
    }

    /** Refuses alternatives of which a value might fit two. */
    void require(SchemaAt schema, List<List<Conditions>> alternatives) {
        for (int i = 0; i < alternatives.size(); i++) {
            for (int j = i + 1; j < alternatives.size(); j++) {
                if (!apart(alternatives.get(i), alternatives.get(j), DEEPEST)) {
                    throw schema.refuse("oneOf", "a value may fit both alternative " + i + " and " + j + "; use anyOf, or a required property that is a constant "
                            + "in each");
                }
            }
        }
    }

    private boolean apart(List<Conditions> some, List<Conditions> others, int depth) {
        return some.stream().allMatch(one -> others.stream().allMatch(other -> apart(one, other, depth)));
    }

    /** Whether no value that is written for one fits the other. */
    private boolean apart(Conditions one, Conditions other, int depth) {
        if (one.values != null && other.values != null) {
            return one.values.stream().noneMatch(value -> other.values.stream().anyMatch(that -> JsonValues.equal(value, that)));
        }
        if (otherTypes(one, other) && otherTypes(other, one)) {
            return true;
        }
        if (one.least != null && other.most != null && one.least.compareTo(other.most) > 0
                || other.least != null && one.most != null && other.least.compareTo(one.most) > 0) {
            return numbersOnly(one) && numbersOnly(other);
        }
        return depth > 0 && objectsOnly(one) && objectsOnly(other) && toldByProperty(one, other, depth) && toldByProperty(other, one, depth);
    }

    /** Whether what is written for {@code one} has no type that {@code other} takes. */
    private static boolean otherTypes(Conditions one, Conditions other) {
        EnumSet<Type> written = EnumSet.copyOf(one.generatedTypes());
        if (one.values != null) {
            written.removeIf(type -> one.values.stream().noneMatch(value -> JsonValues.hasType(value, EnumSet.of(type))));
        }
        if (other.values != null) {
            return other.values.stream().noneMatch(value -> JsonValues.hasType(value, written));
        }
        if (other.types == null) {
            return false;
        }
        written.retainAll(other.types);
        return written.isEmpty();
    }

    private static boolean numbersOnly(Conditions conditions) {
        return EnumSet.of(Type.NUMBER, Type.INTEGER).containsAll(conditions.generatedTypes());
    }

    private static boolean objectsOnly(Conditions conditions) {
        return conditions.generatedTypes().equals(EnumSet.of(Type.OBJECT));
    }

    /** Whether an object that is written for {@code one} has a property that {@code other} does not take. */
    private boolean toldByProperty(Conditions one, Conditions other, int depth) {
        for (String name : one.required) {
            boolean forbidden = other.others.stream().anyMatch(others -> isFalse(others.schema().node()) && !others.named().contains(name)
                    && others.patterns().isEmpty());
            if (forbidden) {
                return true;
            }
            if (one.properties.containsKey(name) && other.properties.containsKey(name)
                    && apart(reader.read(one.properties.get(name)), reader.read(other.properties.get(name)), depth - 1)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFalse(JsonNode schema) {
        return schema.isBoolean() && !schema.booleanValue();
    }
}
