package io.tesserae.llm.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;

/** Filters on numbers and on any value. */
final class ValueFilters {

    static final Map<String, Filter> ALL = Map.of(
            "tojson", Json::filter,
            "default", ValueFilters::otherwise,
            "d", ValueFilters::otherwise,
            "int", ValueFilters::integer,
            "float", ValueFilters::floating,
            "abs", ValueFilters::absolute,
            "round", ValueFilters::round,
            "attr", ValueFilters::attribute);

    private ValueFilters() {
    }

    private static Object otherwise(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("default", 0, "default_value", "boolean");
        boolean lacks = value instanceof Undefined || Arguments.flag(bound[1]) && !PythonTypes.truth(value);
        return lacks ? Arguments.or(bound[0], "") : value;
    }

    private static Object integer(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("int", 0, "default", "base");
        int base = Arguments.integer(bound[1], 10);
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (PythonNumbers.isInteger(value)) {
            return PythonNumbers.narrow(PythonNumbers.asInteger(value));
        }
        if (value instanceof String || value instanceof Markup) {
            String text = PythonText.strip(value.toString(), null, true, true).replaceAll("(?<=\\w)_(?=\\w)", "");
            if (base == 16 || base == 8 || base == 2) {
                text = text.replaceFirst("^([-+]?)0[xXoObB]", "$1");
            }
            try {
                return PythonNumbers.narrow(new BigInteger(text, base));
            } catch (NumberFormatException e) {
                // perhaps a float: Python goes on so too
            }
        }
        Double number = number(value);
        return number == null || number.isNaN() || number.isInfinite() ? Arguments.or(bound[0], 0L)
                : PythonNumbers.narrow(new BigDecimal(number).toBigInteger());
    }

    private static Object floating(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("float", 0, "default");
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        Double number = number(value);
        return number == null ? Arguments.or(bound[0], 0.0) : number;
    }

    /** Python's float(value), null where it fails. */
    private static Double number(Object value) {
        if (PythonNumbers.isNumber(value)) {
            return PythonNumbers.asDouble(value);
        }
        if (!(value instanceof String) && !(value instanceof Markup)) {
            return null;
        }
        String text = PythonText.strip(value.toString(), null, true, true).replaceAll("(?<=\\d)_(?=\\d)", "");
        if (text.matches("(?i)[-+]?(inf|infinity)")) {
            return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (text.matches("(?i)[-+]?nan")) {
            return Double.NaN;
        }
        return text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?") ? Double.valueOf(text) : null;
    }

    private static Object absolute(Object value, Arguments arguments) {
        arguments.bind("abs", 0);
        if (!PythonNumbers.isNumber(value)) {
            throw TemplateException.failed("bad operand type for abs(): '" + PythonTypes.name(value) + "'");
        }
        return value instanceof Double number ? (Object) Math.abs(number) : PythonNumbers.narrow(PythonNumbers.asInteger(value).abs());
    }

    private static Object round(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("round", 0, "precision", "method");
        int precision = Arguments.integer(bound[0], 0);
        String method = Arguments.text(Arguments.or(bound[1], "common"));
        if (!PythonNumbers.isNumber(value)) {
            throw TemplateException.failed("type " + PythonTypes.name(value) + " cannot be rounded");
        }
        if (method.equals("common")) {
            return PythonNumbers.round(value, precision, RoundingMode.HALF_EVEN);
        }
        if (!method.equals("ceil") && !method.equals("floor")) {
            throw TemplateException.failed("method must be common, ceil or floor");
        }
        double scale = Math.pow(10, precision);
        double scaled = PythonNumbers.asDouble(value) * scale;
        return (method.equals("ceil") ? Math.ceil(scaled) : Math.floor(scaled)) / scale;
    }

    private static Object attribute(Object value, Arguments arguments) {
        String name = Arguments.text(arguments.bind("attr", 1, "name")[0]);
        if (value instanceof Undefined) {
            return Undefined.of(value, name);
        }
        Object found = Access.attribute(value, name);
        return found == Arguments.ABSENT ? Undefined.of(value, name) : found;
    }
}
