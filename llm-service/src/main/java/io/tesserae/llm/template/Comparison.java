package io.tesserae.llm.template;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Python's {@code ==}, {@code <} and {@code in}. */
final class Comparison {

    private Comparison() {
    }

    static boolean equal(Object a, Object b) {
        if (a == b) {
            return true;
        }
        if (a == null || b == null) {
            return false;
        }
        if (PythonNumbers.isNumber(a) && PythonNumbers.isNumber(b)) {
            return PythonNumbers.isInteger(a) && PythonNumbers.isInteger(b)
                    ? PythonNumbers.asInteger(a).equals(PythonNumbers.asInteger(b))
                    : PythonNumbers.asDouble(a) == PythonNumbers.asDouble(b);
        }
        if (a instanceof String left && b instanceof String right) {
            if (left.length() != right.length()) {
                return false;
            }
            Rendering.current().spend(left.length() / 64);
            return left.equals(right);
        }
        Rendering.current().step();
        if (a instanceof List<?> left && b instanceof List<?> right) {
            return PythonTypes.name(left).equals(PythonTypes.name(right)) && sameItems(left, right);
        }
        if (a instanceof Map<?, ?> left && b instanceof Map<?, ?> right) {
            return left.size() == right.size()
                    && left.entrySet().stream().allMatch(e -> right.containsKey(e.getKey()) && equal(e.getValue(), right.get(e.getKey())));
        }
        if (a instanceof Markup || b instanceof Markup) {
            return (a instanceof String || a instanceof Markup) && (b instanceof String || b instanceof Markup) && a.toString().equals(b.toString());
        }
        return a.equals(b);
    }

    private static boolean sameItems(List<?> a, List<?> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!equal(a.get(i), b.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Negative, zero or positive; fails where Python has no order between the two. */
    static int order(Object a, Object b, String operator) {
        if (PythonNumbers.isNumber(a) && PythonNumbers.isNumber(b)) {
            return PythonNumbers.isInteger(a) && PythonNumbers.isInteger(b)
                    ? PythonNumbers.asInteger(a).compareTo(PythonNumbers.asInteger(b))
                    : Double.compare(PythonNumbers.asDouble(a) + 0.0, PythonNumbers.asDouble(b) + 0.0);
        }
        Rendering.current().step();
        if ((a instanceof String || a instanceof Markup) && (b instanceof String || b instanceof Markup)) {
            Rendering.current().length(Math.min(a.toString().length(), b.toString().length()));
            return byCodePoint(a.toString(), b.toString());
        }
        if (a instanceof List<?> left && b instanceof List<?> right && PythonTypes.name(a).equals(PythonTypes.name(b))) {
            for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
                if (!equal(left.get(i), right.get(i))) {
                    return order(left.get(i), right.get(i), operator);
                }
            }
            return Integer.compare(left.size(), right.size());
        }
        if (a instanceof Undefined || b instanceof Undefined) {
            throw ((Undefined) (a instanceof Undefined ? a : b)).failure();
        }
        throw TemplateException.failed("'" + operator + "' not supported between instances of '" + PythonTypes.name(a) + "' and '" + PythonTypes.name(b) + "'");
    }

    private static int byCodePoint(String a, String b) {
        for (int i = 0; i < Math.min(a.length(), b.length()); i++) {
            char left = a.charAt(i);
            char right = b.charAt(i);
            if (left != right) {
                // a surrogate stands for a code point above every other char
                boolean above = Character.isSurrogate(left);
                return above == Character.isSurrogate(right) ? Character.compare(left, right) : above ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    /** Python's {@code item in container}. */
    static boolean contains(Object container, Object item, Rendering rendering) {
        if (container instanceof String || container instanceof Markup) {
            if (item instanceof String || item instanceof Markup) {
                rendering.length(container.toString().length());
                return container.toString().contains(item.toString());
            }
            throw TemplateException.failed("'in <string>' requires string as left operand, not " + PythonTypes.name(item));
        }
        if (container instanceof Map<?, ?> map) {
            PythonTypes.checkHashable(item);
            return map.containsKey(PythonTypes.key(map, item));
        }
        if (!PythonTypes.isIterable(container)) {
            throw TemplateException.failed("argument of type '" + PythonTypes.name(container) + "' is not iterable");
        }
        for (Iterator<Object> items = PythonTypes.iterate(container, rendering); items.hasNext();) {
            if (equal(items.next(), item)) {
                return true;
            }
        }
        return false;
    }
}
