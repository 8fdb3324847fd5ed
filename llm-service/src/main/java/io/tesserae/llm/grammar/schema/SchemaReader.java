package io.tesserae.llm.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.tesserae.llm.grammar.schema.Conditions.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** From schemas to alternatives of {@link Conditions}. Every keyword is understood or refused by its path. */
final class SchemaReader {

    private static final int MOST_ALTERNATIVES = 128;
    /** Say something about a schema, and nothing about a value. */
    private static final Set<String> NOTES = Set.of("title", "description", "default", "examples", "example", "$schema", "$id", "id", "$comment", "$defs",
            "definitions", "$anchor", "$vocabulary", "readOnly", "writeOnly", "deprecated", "contentMediaType", "contentEncoding", "discriminator",
            "nullable", "externalDocs", "xml", "then", "else");

    private final SchemaReferences references;
    private final Disjointness disjointness = new Disjointness(this);

    SchemaReader(SchemaReferences references) {
        this.references = references;
    }

    /** Alternatives of values that all of these schemas take. */
    List<Conditions> read(List<SchemaAt> schemas) {
        List<Conditions> alternatives = List.of(new Conditions(schemas.get(0).path()));
        for (SchemaAt schema : schemas) {
            alternatives = add(alternatives, schema, new HashSet<>());
        }
        return alternatives;
    }

    /** @param open references that were followed to get here: one that is met again says nothing */
    private List<Conditions> add(List<Conditions> before, SchemaAt schema, Set<String> open) {
        if (schema.node().isBoolean()) {
            return schema.node().booleanValue() ? before : List.of();
        }
        if (!schema.node().isObject()) {
            throw schema.refuse("", "a schema must be an object, true or false");
        }
        List<Conditions> alternatives = before.stream().map(Conditions::copy).toList();
        for (Iterator<String> keywords = schema.node().fieldNames(); keywords.hasNext();) {
            String keyword = keywords.next();
            for (Conditions conditions : alternatives) {
                new Keywords(schema, conditions).read(keyword);
            }
        }
        if (schema.node().has("$ref")) {
            SchemaAt target = references.target(schema);
            if (!open.add(target.path())) {
                throw schema.refuse("$ref", "refers to itself without a value between");
            }
            alternatives = add(alternatives, target, open);
            open.remove(target.path());
        }
        for (int i = 0; i < list(schema, "allOf").size(); i++) {
            alternatives = add(alternatives, schema.child("allOf", i), open);
        }
        alternatives = any(alternatives, schema, "anyOf", open);
        alternatives = any(alternatives, schema, "oneOf", open);
        return alternatives;
    }

    private List<Conditions> any(List<Conditions> before, SchemaAt schema, String keyword, Set<String> open) {
        JsonNode choices = list(schema, keyword);
        if (choices.isEmpty()) {
            if (schema.node().has(keyword)) {
                throw schema.refuse(keyword, "must hold at least one schema");
            }
            return before;
        }
        List<List<Conditions>> apart = new ArrayList<>();
        List<Conditions> alternatives = new ArrayList<>();
        for (int i = 0; i < choices.size(); i++) {
            List<Conditions> merged = add(before, schema.child(keyword, i), open);
            apart.add(merged);
            alternatives.addAll(merged);
            if (alternatives.size() > MOST_ALTERNATIVES) {
                throw schema.refuse(keyword, "more than " + MOST_ALTERNATIVES + " alternatives once they are combined");
            }
        }
        if (keyword.equals("oneOf")) {
            disjointness.require(schema, apart);
        }
        return alternatives;
    }

    private static JsonNode list(SchemaAt schema, String keyword) {
        JsonNode list = schema.node().path(keyword);
        if (!list.isMissingNode() && !list.isArray()) {
            throw schema.refuse(keyword, "must be a list of schemas");
        }
        return list;
    }

    /** Reads one schema's keywords into conditions. */
    private record Keywords(SchemaAt schema, Conditions into) {

        void read(String keyword) {
            JsonNode value = schema.node().get(keyword);
            switch (keyword) {
                case "$ref", "allOf", "anyOf", "oneOf" -> { }
                case "type" -> types(value);
                case "enum" -> values(value);
                case "const" -> values(List.of(value));
                case "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum" -> bound(keyword, value);
                case "multipleOf" -> once(into.multiples, schema.child(keyword));
                case "minLength" -> into.leastLength = Math.max(into.leastLength, count(keyword));
                case "maxLength" -> into.mostLength = Math.min(into.mostLength, count(keyword));
                case "pattern" -> once(into.patterns, text(keyword));
                case "format" -> once(into.formats, text(keyword));
                case "properties" -> object(keyword).forEachRemaining(name ->
                        once(into.properties.computeIfAbsent(name, fresh -> new ArrayList<>()), schema.child(keyword, name)));
                case "patternProperties" -> object(keyword).forEachRemaining(pattern ->
                        once(into.patternProperties.computeIfAbsent(pattern, fresh -> new ArrayList<>()), schema.child(keyword, pattern)));
                case "additionalProperties" -> others(keyword);
                case "unevaluatedProperties" -> unevaluated(keyword, value, "anyOf", "oneOf", "allOf", "$ref");
                case "unevaluatedItems" -> unevaluated(keyword, value, "anyOf", "oneOf", "allOf", "$ref", "contains");
                case "propertyNames" -> once(into.names, schema.child(keyword));
                case "required" -> required(value);
                case "minProperties" -> into.leastProperties = Math.max(into.leastProperties, count(keyword));
                case "maxProperties" -> into.mostProperties = Math.min(into.mostProperties, count(keyword));
                case "prefixItems" -> prefix(keyword);
                case "items" -> items(value);
                case "additionalItems" -> {
                    if (schema.node().path("items").isArray()) {
                        once(into.items, schema.child(keyword));
                    }
                }
                case "minItems" -> into.leastItems = Math.max(into.leastItems, count(keyword));
                case "maxItems" -> into.mostItems = Math.min(into.mostItems, count(keyword));
                case "uniqueItems" -> {
                    if (value.asBoolean()) {
                        into.distinct = true;
                        into.distinctPath = schema.path() + "/uniqueItems";
                    }
                }
                default -> {
                    if (!NOTES.contains(keyword) && !keyword.startsWith("x-")) {
                        throw schema.refuse(keyword, "'" + keyword + "' cannot be held to while an answer is written");
                    }
                    if (keyword.equals("nullable") && value.asBoolean()) {
                        throw schema.refuse(keyword, "is not JSON Schema; write \"type\": [\"…\", \"null\"]");
                    }
                }
            }
        }

        /** A schema that is met twice, through several references, says nothing more the second time. */
        private static void once(List<SchemaAt> schemas, SchemaAt schema) {
            if (schemas.stream().noneMatch(known -> known.path().equals(schema.path()))) {
                schemas.add(schema);
            }
        }

        private void types(JsonNode value) {
            EnumSet<Type> said = EnumSet.noneOf(Type.class);
            for (JsonNode one : value.isArray() ? value : List.of(value)) {
                try {
                    Type type = Type.valueOf(one.asText().toUpperCase(Locale.ROOT));
                    said.add(type);
                    if (type == Type.NUMBER) {
                        said.add(Type.INTEGER);
                    }
                } catch (IllegalArgumentException unknown) {
                    throw schema.refuse("type", "must be object, array, string, number, integer, boolean or null, or a list of them");
                }
            }
            if (into.types == null) {
                into.types = said;
            } else {
                into.types.retainAll(said);
            }
        }

        private void values(Iterable<JsonNode> said) {
            if (said instanceof JsonNode node && !node.isArray()) {
                throw schema.refuse("enum", "must be a list of values");
            }
            List<JsonNode> values = new ArrayList<>();
            said.forEach(values::add);
            into.values = into.values == null ? values
                    : into.values.stream().filter(one -> values.stream().anyMatch(other -> JsonValues.equal(one, other))).toList();
        }

        private void bound(String keyword, JsonNode value) {
            if (value.isBoolean()) {
                if (value.booleanValue()) {
                    // Draft 4: makes the bound beside it exclusive.
                    into.aboveLeast |= keyword.equals("exclusiveMinimum");
                    into.belowMost |= keyword.equals("exclusiveMaximum");
                }
                return;
            }
            if (!value.isNumber()) {
                throw schema.refuse(keyword, "must be a number");
            }
            BigDecimal number = value.decimalValue();
            boolean excluded = keyword.startsWith("exclusive");
            if (keyword.endsWith("inimum")) {
                int order = into.least == null ? 1 : number.compareTo(into.least);
                into.aboveLeast = order > 0 ? excluded || into.least == null && into.aboveLeast : into.aboveLeast || order == 0 && excluded;
                into.least = order > 0 ? number : into.least;
            } else {
                int order = into.most == null ? -1 : number.compareTo(into.most);
                into.belowMost = order < 0 ? excluded || into.most == null && into.belowMost : into.belowMost || order == 0 && excluded;
                into.most = order < 0 ? number : into.most;
            }
        }

        private int count(String keyword) {
            JsonNode value = schema.node().get(keyword);
            if (!value.isNumber() || value.decimalValue().stripTrailingZeros().scale() > 0 || value.decimalValue().signum() < 0) {
                throw schema.refuse(keyword, "must be a whole number, at least 0");
            }
            return value.decimalValue().min(BigDecimal.valueOf(Integer.MAX_VALUE)).intValue();
        }

        private SchemaAt text(String keyword) {
            if (!schema.node().get(keyword).isTextual()) {
                throw schema.refuse(keyword, "must be a string");
            }
            return schema.child(keyword);
        }

        private Iterator<String> object(String keyword) {
            if (!schema.node().get(keyword).isObject()) {
                throw schema.refuse(keyword, "must be an object of schemas");
            }
            return schema.node().get(keyword).fieldNames();
        }

        private void others(String keyword) {
            Set<String> named = new LinkedHashSet<>();
            List<String> patterns = new ArrayList<>();
            schema.node().path("properties").fieldNames().forEachRemaining(named::add);
            schema.node().path("patternProperties").fieldNames().forEachRemaining(patterns::add);
            if (into.others.stream().noneMatch(known -> known.schema().path().equals(schema.child(keyword).path()))) {
                into.others.add(new Conditions.Others(named, patterns, schema.child(keyword)));
            }
        }

        /** Where nothing else in the schema evaluates what it is about, it means what the older keyword means. */
        private void unevaluated(String keyword, JsonNode value, String... applicators) {
            boolean nothing = value.isBoolean() && value.booleanValue();
            if (!nothing) {
                for (String applicator : applicators) {
                    if (schema.node().has(applicator)) {
                        throw schema.refuse(keyword, "cannot be held to beside '" + applicator + "'");
                    }
                }
                if (keyword.equals("unevaluatedProperties") && !schema.node().has("additionalProperties")) {
                    others(keyword);
                } else if (keyword.equals("unevaluatedItems") && !schema.node().has("items")) {
                    once(into.items, schema.child(keyword));
                }
            }
        }

        private void required(JsonNode value) {
            if (value.isBoolean()) {
                throw schema.refuse("required", "must be a list of names");
            }
            for (JsonNode name : value) {
                if (!name.isTextual()) {
                    throw schema.refuse("required", "must be a list of names");
                }
                into.required.add(name.textValue());
            }
        }

        private void prefix(String keyword) {
            for (int i = 0; i < schema.node().get(keyword).size(); i++) {
                if (into.prefix.size() == i) {
                    into.prefix.add(new ArrayList<>());
                }
                once(into.prefix.get(i), schema.child(keyword, i));
            }
            if (keyword.equals("prefixItems") && schema.node().get(keyword).isEmpty()) {
                throw schema.refuse(keyword, "must hold at least one schema");
            }
        }

        private void items(JsonNode value) {
            if (value.isArray()) {
                prefix("items");
            } else {
                once(into.items, schema.child("items"));
            }
        }
    }

    /** The schema that takes nothing. */
    static SchemaAt nothing(String path) {
        return new SchemaAt(BooleanNode.FALSE, path);
    }
}
