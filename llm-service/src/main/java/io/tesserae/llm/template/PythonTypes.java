package io.tesserae.llm.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What Python says of a value's type, truth, length and items. */
final class PythonTypes {

    private PythonTypes() {
    }

    /** Type's name in Python's messages. */
    static String name(Object value) {
        if (value == null) {
            return "NoneType";
        }
        if (value instanceof String) {
            return "str";
        }
        if (value instanceof Boolean) {
            return "bool";
        }
        if (value instanceof Long || value instanceof BigInteger) {
            return "int";
        }
        if (value instanceof Double) {
            return "float";
        }
        if (value instanceof Map) {
            return "dict";
        }
        if (value instanceof Tuple) {
            return "tuple";
        }
        if (value instanceof Range) {
            return "range";
        }
        if (value instanceof DictView view) {
            return view.kind();
        }
        if (value instanceof List) {
            return "list";
        }
        if (value instanceof BoundMethod) {
            return "builtin_function_or_method";
        }
        return value instanceof Generator generator ? generator.kind() : value.getClass().getSimpleName();
    }

    static boolean truth(Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value == null || value instanceof Undefined) {
            return false;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (value instanceof Markup markup) {
            return !markup.text().isEmpty();
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        if (value instanceof List<?> list) {
            return !list.isEmpty();
        }
        return !(value instanceof Map<?, ?> map) || !map.isEmpty();
    }

    /** Python's len, in code points for text; -1 when the type has none. */
    static long length(Object value) {
        if (value instanceof String text) {
            return text.codePointCount(0, text.length());
        }
        if (value instanceof Markup markup) {
            return length(markup.text());
        }
        if (value instanceof List<?> list) {
            return list.size();
        }
        if (value instanceof Map<?, ?> map) {
            return map.size();
        }
        if (value instanceof LoopState loop) {
            return loop.length();
        }
        return value instanceof Undefined ? 0 : -1;
    }

    static boolean isIterable(Object value) {
        return length(value) >= 0 || value instanceof Generator;
    }

    /** Python's iter; every item walked costs a step. */
    static Iterator<Object> iterate(Object value, Rendering rendering) {
        Iterator<?> items;
        if (value instanceof List<?> list) {
            items = list.iterator();
        } else if (value instanceof Map<?, ?> map) {
            items = map.keySet().iterator();
        } else if (value instanceof String || value instanceof Markup) {
            items = value.toString().codePoints().mapToObj(Character::toString).iterator();
        } else if (value instanceof Generator generator) {
            items = generator.items();
        } else if (value instanceof Undefined) {
            items = Collections.emptyIterator();
        } else {
            throw TemplateException.failed("'" + name(value) + "' object is not iterable");
        }
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return items.hasNext();
            }

            @Override
            public Object next() {
                rendering.step();
                return items.next();
            }
        };
    }

    /** Python's list(value). */
    static List<Object> list(Object value, Rendering rendering) {
        List<Object> items = new ArrayList<>();
        iterate(value, rendering).forEachRemaining(items::add);
        return items;
    }

    /** The map's own key where it has one that Python finds equal: 1, 1.0 and True are one key, and so are text and safe text. */
    static Object key(Map<?, ?> map, Object key) {
        if (key instanceof Markup) {
            return key.toString();
        }
        if (!PythonNumbers.isNumber(key) || map.containsKey(key)) {
            return key;
        }
        for (Object own : map.keySet()) {
            if (PythonNumbers.isNumber(own) && Comparison.equal(own, key)) {
                return own;
            }
        }
        return key;
    }

    static void checkHashable(Object key) {
        if (key instanceof Map || key instanceof List && !(key instanceof Tuple) && !(key instanceof Range)) {
            throw TemplateException.failed("unhashable type: '" + name(key) + "'");
        }
        if (key instanceof Tuple tuple) {
            Rendering.current().step();
            tuple.forEach(PythonTypes::checkHashable);
        }
    }
}
