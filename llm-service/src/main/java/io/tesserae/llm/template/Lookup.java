package io.tesserae.llm.template;

import java.util.function.UnaryOperator;

/** Attributes that filters are given by name: {@code function.name}, {@code 0}, {@code items.1}. */
final class Lookup {

    private Lookup() {
    }

    /** @param path null for the item itself; @param otherwise what stands for an absent one, null for nothing */
    static UnaryOperator<Object> of(Object path, Object otherwise) {
        if (path == null) {
            return item -> item;
        }
        Object[] keys;
        if (path instanceof String text) {
            String[] parts = text.split("\\.", -1);
            keys = new Object[parts.length];
            for (int i = 0; i < parts.length; i++) {
                keys[i] = parts[i].matches("\\d{1,9}") ? (Object) Long.valueOf(parts[i]) : parts[i];
            }
        } else {
            keys = new Object[] {path};
        }
        return item -> {
            Object value = item;
            for (Object key : keys) {
                value = Access.itemOrAttribute(value, key);
                if (value instanceof Undefined && otherwise != null) {
                    value = otherwise;
                }
            }
            return value;
        };
    }

    /** For comparing: letters' case dropped unless {@code caseSensitive}. */
    static Object folded(Object value, boolean caseSensitive) {
        return !caseSensitive && (value instanceof String || value instanceof Markup) ? StringMethods.cased(value.toString(), "lower") : value;
    }
}
