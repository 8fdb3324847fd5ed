package io.tesserae.llm.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.llm.grammar.schema.Conditions.Type;
import java.util.EnumSet;
import java.util.Map;

/** What JSON Schema holds of values: their types, and when two are equal. */
final class JsonValues {

    private JsonValues() {
    }

    /** Numbers are equal by their value, objects whatever their order. */
    static boolean equal(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue()) == 0;
        }
        if (one.getNodeType() != other.getNodeType() || one.size() != other.size()) {
            return false;
        }
        if (one.isArray()) {
            for (int i = 0; i < one.size(); i++) {
                if (!equal(one.get(i), other.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (one.isObject()) {
            for (Map.Entry<String, JsonNode> field : one.properties()) {
                if (!other.has(field.getKey()) || !equal(field.getValue(), other.get(field.getKey()))) {
                    return false;
                }
            }
            return true;
        }
        return one.equals(other);
    }

    static boolean hasType(JsonNode value, EnumSet<Type> types) {
        return switch (value.getNodeType()) {
            case OBJECT -> types.contains(Type.OBJECT);
            case ARRAY -> types.contains(Type.ARRAY);
            case STRING -> types.contains(Type.STRING);
            case BOOLEAN -> types.contains(Type.BOOLEAN);
            case NULL -> types.contains(Type.NULL);
            default -> types.contains(Type.NUMBER) || types.contains(Type.INTEGER) && isWhole(value);
        };
    }

    private static boolean isWhole(JsonNode number) {
        return number.decimalValue().stripTrailingZeros().scale() <= 0;
    }
}
