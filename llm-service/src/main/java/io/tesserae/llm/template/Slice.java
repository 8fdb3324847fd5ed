package io.tesserae.llm.template;

import java.util.ArrayList;
import java.util.List;

/** Python's {@code value[start:stop:step]}. */
record Slice(Expression target, Expression start, Expression stop, Expression step) implements Expression {

    @Override
    public Object eval(Scope scope) {
        Object value = target.eval(scope);
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        Object from = bound(start, scope);
        Object to = bound(stop, scope);
        Object by = bound(step, scope);
        boolean text = value instanceof String || value instanceof Markup;
        if (!text && !(value instanceof List) || value instanceof DictView) {
            throw TemplateException.failed("'" + PythonTypes.name(value) + "' object cannot be sliced");
        }
        long stride = by == null ? 1 : PythonNumbers.index(by);
        if (stride == 0) {
            throw TemplateException.failed("slice step cannot be zero");
        }
        int[] codePoints = text ? value.toString().codePoints().toArray() : null;
        int size = text ? codePoints.length : ((List<?>) value).size();
        long first = stride > 0 ? limit(from, 0, size, 0, size) : limit(from, size - 1, size, -1, size - 1);
        long last = stride > 0 ? limit(to, size, size, 0, size) : limit(to, -1, size, -1, size - 1);
        if (value instanceof Range range) {
            return range.slice(first, last, stride);
        }
        StringBuilder characters = new StringBuilder();
        List<Object> items = new ArrayList<>();
        for (long i = first; stride > 0 ? i < last : i > last; i += stride) {
            if (text) {
                characters.appendCodePoint(codePoints[(int) i]);
            } else {
                items.add(((List<?>) value).get((int) i));
            }
        }
        scope.rendering().spend(1 + size / 64);
        if (text) {
            return value instanceof Markup ? new Markup(characters.toString()) : characters.toString();
        }
        return value instanceof Tuple ? new Tuple(items) : items;
    }

    private static Object bound(Expression expression, Scope scope) {
        return expression == null ? null : expression.eval(scope);
    }

    /** A bound as Python reads it: absent → {@code otherwise}, negative → from the end, then within {@code low}..{@code high}. */
    private static long limit(Object bound, long otherwise, int size, long low, long high) {
        if (bound == null) {
            return otherwise;
        }
        long value = PythonNumbers.index(bound);
        return Math.max(low, Math.min(high, value < 0 ? value + size : value));
    }

    /** An index into {@code size} items as find and its like read it. */
    static int clamp(long index, int size) {
        return (int) Math.max(0, Math.min(size, index < 0 ? index + size : index));
    }
}
