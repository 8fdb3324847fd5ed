package io.tesserae.llm.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold of one value at once: a schema without alternatives, and those merged with it. */
final class Conditions {

    enum Type { OBJECT, ARRAY, STRING, NUMBER, INTEGER, BOOLEAN, NULL }

    /**
     * Which further properties may stand beside those that a schema names.
     *
     * @param named    names that it does not speak of
     * @param patterns the same, by pattern
     * @param schema   what others must be; false for none
     */
    record Others(Set<String> named, List<String> patterns, SchemaAt schema) {
    }

    /** Where it was said first; blamed for what only the whole shows. */
    final String path;
    /** Null where no schema said a type. */
    EnumSet<Type> types;
    /** Null where any value will do. */
    List<JsonNode> values;
    BigDecimal least;
    BigDecimal most;
    boolean aboveLeast;
    boolean belowMost;
    final List<SchemaAt> multiples = new ArrayList<>();
    int leastLength;
    int mostLength = Integer.MAX_VALUE;
    final List<SchemaAt> patterns = new ArrayList<>();
    final List<SchemaAt> formats = new ArrayList<>();
    final Map<String, List<SchemaAt>> properties = new LinkedHashMap<>();
    final Set<String> required = new LinkedHashSet<>();
    final Map<String, List<SchemaAt>> patternProperties = new LinkedHashMap<>();
    final List<Others> others = new ArrayList<>();
    final List<SchemaAt> names = new ArrayList<>();
    int leastProperties;
    int mostProperties = Integer.MAX_VALUE;
    /** By place; each must hold. */
    final List<List<SchemaAt>> prefix = new ArrayList<>();
    /** What items after the prefix must be; false for none. */
    final List<SchemaAt> items = new ArrayList<>();
    int leastItems;
    int mostItems = Integer.MAX_VALUE;
    boolean distinct;
    String distinctPath;

    Conditions(String path) {
        this.path = path;
    }

    Conditions copy() {
        Conditions copy = new Conditions(path);
        copy.types = types == null ? null : EnumSet.copyOf(types);
        copy.values = values;
        copy.least = least;
        copy.most = most;
        copy.aboveLeast = aboveLeast;
        copy.belowMost = belowMost;
        copy.multiples.addAll(multiples);
        copy.leastLength = leastLength;
        copy.mostLength = mostLength;
        copy.patterns.addAll(patterns);
        copy.formats.addAll(formats);
        properties.forEach((name, schemas) -> copy.properties.put(name, new ArrayList<>(schemas)));
        copy.required.addAll(required);
        patternProperties.forEach((pattern, schemas) -> copy.patternProperties.put(pattern, new ArrayList<>(schemas)));
        copy.others.addAll(others);
        copy.names.addAll(names);
        copy.leastProperties = leastProperties;
        copy.mostProperties = mostProperties;
        prefix.forEach(schemas -> copy.prefix.add(new ArrayList<>(schemas)));
        copy.items.addAll(items);
        copy.leastItems = leastItems;
        copy.mostItems = mostItems;
        copy.distinct = distinct;
        copy.distinctPath = distinctPath;
        return copy;
    }

    /** Types that a value may have. A schema that says none speaks of those that its keywords are about; one without keywords, of all. */
    EnumSet<Type> generatedTypes() {
        if (types != null) {
            return types;
        }
        EnumSet<Type> spoken = EnumSet.noneOf(Type.class);
        if (!properties.isEmpty() || !required.isEmpty() || !patternProperties.isEmpty() || !others.isEmpty() || !names.isEmpty()
                || leastProperties > 0 || mostProperties < Integer.MAX_VALUE) {
            spoken.add(Type.OBJECT);
        }
        if (!prefix.isEmpty() || !items.isEmpty() || leastItems > 0 || mostItems < Integer.MAX_VALUE || distinct) {
            spoken.add(Type.ARRAY);
        }
        if (!patterns.isEmpty() || !formats.isEmpty() || leastLength > 0 || mostLength < Integer.MAX_VALUE) {
            spoken.add(Type.STRING);
        }
        if (least != null || most != null || !multiples.isEmpty()) {
            spoken.add(Type.NUMBER);
        }
        return spoken.isEmpty() ? EnumSet.allOf(Type.class) : spoken;
    }
}
