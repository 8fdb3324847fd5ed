package io.tesserae.llm.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's json.dumps with the options that transformers gives {@code tojson}. */
final class Json {

    private final boolean ascii;
    private final String indent;
    private final String itemSeparator;
    private final String keySeparator;
    private final boolean sorted;
    private final Rendering rendering;
    private final StringBuilder out = new StringBuilder();

    private Json(boolean ascii, String indent, String itemSeparator, String keySeparator, boolean sorted, Rendering rendering) {
        this.ascii = ascii;
        this.indent = indent;
        this.itemSeparator = itemSeparator;
        this.keySeparator = keySeparator;
        this.sorted = sorted;
        this.rendering = rendering;
    }

    static Object filter(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
        Object wanted = Arguments.or(bound[1], null);
        String indent = wanted == null ? null
                : wanted instanceof String text ? text : " ".repeat((int) Math.max(0, Math.min(1000, PythonNumbers.index(wanted))));
        String item = indent == null ? ", " : ",";
        String key = ": ";
        if (Arguments.or(bound[2], null) != null) {
            List<Object> separators = PythonTypes.list(bound[2], arguments.rendering());
            if (separators.size() != 2) {
                throw TemplateException.failed("tojson's separators are two");
            }
            item = Arguments.text(separators.get(0));
            key = Arguments.text(separators.get(1));
        }
        Json json = new Json(Arguments.flag(bound[0]), indent, item, key, Arguments.flag(bound[3]), arguments.rendering());
        json.value(value, 0);
        return json.out.toString();
    }

    private void value(Object value, int depth) {
        rendering.step();
        if (value == null) {
            out.append("null");
        } else if (value instanceof String || value instanceof Markup) {
            text(value.toString());
        } else if (value instanceof Boolean || value instanceof Long || value instanceof BigInteger) {
            out.append(value);
        } else if (value instanceof Double number) {
            out.append(number(number));
        } else if (value instanceof Map<?, ?> map) {
            object(map, depth);
        } else if (value instanceof List<?> list && !(list instanceof Range) && !(list instanceof DictView)) {
            array(list, depth);
        } else {
            throw TemplateException.failed("Object of type " + PythonTypes.name(value) + " is not JSON serializable");
        }
        rendering.fits(out.length());
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "NaN" : Double.isInfinite(value) ? (value > 0 ? "Infinity" : "-Infinity") : PythonNumbers.repr(value);
    }

    private void array(List<?> list, int depth) {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            out.append(i == 0 ? "" : itemSeparator);
            newLine(depth + 1);
            value(list.get(i), depth + 1);
        }
        if (!list.isEmpty()) {
            newLine(depth);
        }
        out.append(']');
    }

    private void object(Map<?, ?> map, int depth) {
        List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
        if (sorted) {
            entries.sort((a, b) -> Comparison.order(a.getKey(), b.getKey(), "<"));
        }
        out.append('{');
        for (int i = 0; i < entries.size(); i++) {
            out.append(i == 0 ? "" : itemSeparator);
            newLine(depth + 1);
            text(key(entries.get(i).getKey()));
            out.append(keySeparator);
            value(entries.get(i).getValue(), depth + 1);
        }
        if (!entries.isEmpty()) {
            newLine(depth);
        }
        out.append('}');
    }

    private static String key(Object key) {
        if (key == null) {
            return "null";
        }
        if (key instanceof Double number) {
            return number(number);
        }
        if (key instanceof String || key instanceof Markup || PythonNumbers.isInteger(key)) {
            return key.toString();
        }
        throw TemplateException.failed("keys must be str, int, float, bool or None, not " + PythonTypes.name(key));
    }

    private void newLine(int depth) {
        if (indent != null) {
            rendering.length((long) indent.length() * depth);
            out.append('\n').append(indent.repeat(depth));
        }
    }

    private void text(String text) {
        rendering.length(text.length());
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < 0x20 || ascii && c > 0x7e) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
