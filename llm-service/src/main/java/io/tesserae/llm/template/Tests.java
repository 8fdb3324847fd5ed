package io.tesserae.llm.template;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** jinja2's tests by name. */
final class Tests {

    private static final Map<String, Check> ALL = new HashMap<>();

    static {
        simple("defined", value -> !(value instanceof Undefined));
        simple("undefined", value -> value instanceof Undefined);
        simple("none", value -> value == null);
        simple("true", value -> Boolean.TRUE.equals(value));
        simple("false", value -> Boolean.FALSE.equals(value));
        simple("boolean", value -> value instanceof Boolean);
        simple("integer", value -> value instanceof Long || value instanceof BigInteger);
        simple("float", value -> value instanceof Double);
        simple("number", PythonNumbers::isNumber);
        simple("string", value -> value instanceof String || value instanceof Markup);
        simple("mapping", value -> value instanceof Map);
        simple("iterable", PythonTypes::isIterable);
        simple("sequence", value -> PythonTypes.length(value) >= 0 && !(value instanceof DictView) && !(value instanceof LoopState));
        simple("callable", value -> value instanceof Callable || value instanceof Undefined);
        simple("escaped", value -> value instanceof Markup);
        simple("lower", value -> StringMethods.is(PythonText.str(value), "islower"));
        simple("upper", value -> StringMethods.is(PythonText.str(value), "isupper"));
        simple("odd", value -> PythonNumbers.asDouble(remainder(value, 2L)) == 1);
        simple("even", value -> PythonNumbers.asDouble(remainder(value, 2L)) == 0);
        simple("filter", value -> value instanceof String name && Filters.find(name, true) != null);
        simple("test", value -> value instanceof String name && exists(name));
        ALL.put("divisibleby", (value, arguments) -> PythonNumbers.asDouble(remainder(value, arguments.bind("divisibleby", 1, "num")[0])) == 0);
        ALL.put("sameas", (value, arguments) -> same(value, arguments.bind("sameas", 1, "other")[0]));
        for (String[] names : new String[][] {{"==", "eq", "equalto"}, {"!=", "ne"}, {"<", "lt", "lessthan"}, {"<=", "le"}, {">", "gt", "greaterthan"},
                {">=", "ge"}, {"in", "in"}}) {
            for (String name : names) {
                ALL.put(name, (value, arguments) ->
                        Expressions.Compared.holds(names[0], value, arguments.bind(name, 1, "other")[0], arguments.rendering()));
            }
        }
    }

    private Tests() {
    }

    private static void simple(String name, Predicate<Object> predicate) {
        ALL.put(name, (value, arguments) -> {
            arguments.bind(name, 0);
            return predicate.test(value);
        });
    }

    private static boolean exists(String name) {
        return ALL.containsKey(name);
    }

    private static Object remainder(Object value, Object divisor) {
        if (!PythonNumbers.isNumber(value) || !PythonNumbers.isNumber(divisor)) {
            throw value instanceof Undefined undefined ? undefined.failure()
                    : TemplateException.failed("'%' does not take '" + PythonTypes.name(value) + "' and '" + PythonTypes.name(divisor) + "'");
        }
        return PythonNumbers.arithmetic("%", value, divisor);
    }

    /** Python's is, where small numbers and literals are one object each. */
    private static boolean same(Object a, Object b) {
        boolean compound = a instanceof List || a instanceof Map;
        return compound ? a == b : PythonTypes.name(a).equals(PythonTypes.name(b)) && Comparison.equal(a, b);
    }

    /** The test; null where there is none and {@code late} says that only its use is an error. */
    static Check find(String name, boolean late) {
        Check test = ALL.get(name);
        if (test == null && !late) {
            throw missing(name);
        }
        return test;
    }

    static Check known(String name, Check test) {
        if (test == null) {
            throw missing(name);
        }
        return test;
    }

    private static TemplateException missing(String name) {
        return TemplateException.unsupported("No test named '" + name + "'.");
    }
}
