package io.tesserae.llm.template;

import java.util.ArrayList;
import java.util.List;

/** Arithmetic, which in Python is also joining and repeating. */
final class Operators {

    private static final int LONGEST_LIST = 1_000_000;

    private Operators() {
    }

    record Binary(String operator, Expression left, Expression right) implements Expression {
        @Override
        public Object eval(Scope scope) {
            return apply(operator, left.eval(scope), right.eval(scope), scope.rendering());
        }
    }

    record Signed(boolean negative, Expression operand) implements Expression {
        @Override
        public Object eval(Scope scope) {
            Object value = operand.eval(scope);
            if (!PythonNumbers.isNumber(value)) {
                throw unfit(negative ? "unary -" : "unary +", value, value);
            }
            return PythonNumbers.arithmetic("*", negative ? -1L : 1L, value);
        }
    }

    static Object apply(String operator, Object left, Object right, Rendering rendering) {
        if (PythonNumbers.isNumber(left) && PythonNumbers.isNumber(right)) {
            return PythonNumbers.arithmetic(operator, left, right);
        }
        if (operator.equals("%") && (left instanceof String || left instanceof Markup)) {
            return PercentFormat.format(left.toString(), right);
        }
        if (operator.equals("+")) {
            return add(left, right, rendering);
        }
        if (operator.equals("*") && PythonNumbers.isInteger(right)) {
            return repeat(left, PythonNumbers.index(right), rendering);
        }
        if (operator.equals("*") && PythonNumbers.isInteger(left)) {
            return repeat(right, PythonNumbers.index(left), rendering);
        }
        throw unfit(operator, left, right);
    }

    private static Object add(Object left, Object right, Rendering rendering) {
        if (left instanceof String a && right instanceof String b) {
            rendering.length((long) a.length() + b.length());
            return a + b;
        }
        if (left instanceof Markup && (right instanceof Markup || right instanceof String) || left instanceof String && right instanceof Markup) {
            String text = escaped(left) + escaped(right);
            rendering.length(text.length());
            return new Markup(text);
        }
        if (left instanceof List<?> a && right instanceof List<?> b && PythonTypes.name(a).equals(PythonTypes.name(b))
                && !(a instanceof Range) && !(a instanceof DictView)) {
            List<Object> both = new ArrayList<>(bounded((long) a.size() + b.size(), rendering));
            both.addAll(a);
            both.addAll(b);
            return left instanceof Tuple ? new Tuple(both) : both;
        }
        throw unfit("+", left, right);
    }

    private static String escaped(Object text) {
        return text instanceof Markup markup ? markup.text() : Markup.escape((String) text);
    }

    private static Object repeat(Object value, long count, Rendering rendering) {
        int times = (int) Math.max(0, Math.min(Integer.MAX_VALUE, count));
        if (value instanceof String || value instanceof Markup) {
            String text = value.toString();
            rendering.length((long) text.length() * times);
            return value instanceof Markup ? new Markup(text.repeat(times)) : text.repeat(times);
        }
        if (value instanceof List<?> list && !(list instanceof Range) && !(list instanceof DictView)) {
            List<Object> repeated = new ArrayList<>(bounded((long) list.size() * times, rendering));
            for (int i = 0; i < times && !list.isEmpty(); i++) {
                repeated.addAll(list);
            }
            return value instanceof Tuple ? new Tuple(repeated) : repeated;
        }
        throw unfit("*", value, count);
    }

    private static int bounded(long size, Rendering rendering) {
        if (size > LONGEST_LIST) {
            throw TemplateException.limit("a list of more than " + LONGEST_LIST + " items");
        }
        rendering.spend(1 + size / 8);
        return (int) size;
    }

    private static TemplateException unfit(String operator, Object left, Object right) {
        if (left instanceof Undefined || right instanceof Undefined) {
            return ((Undefined) (left instanceof Undefined ? left : right)).failure();
        }
        return TemplateException.failed("'" + operator + "' does not take '" + PythonTypes.name(left) + "' and '" + PythonTypes.name(right) + "'");
    }
}
