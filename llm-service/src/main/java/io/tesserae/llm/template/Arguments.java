package io.tesserae.llm.template;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Evaluated arguments of one call. */
record Arguments(List<Object> positional, Map<String, Object> named, Rendering rendering) {

    /** In {@link #bind}'s answer: not given, where {@code null} would be None. */
    static final Object ABSENT = new Object();

    /** Values in the order of {@code parameters}, {@link #ABSENT} where not given; fails when one is unknown, doubled or too many, or a required one lacks. */
    Object[] bind(String function, int required, String... parameters) {
        if (positional.size() > parameters.length) {
            throw TemplateException.failed(function + " takes at most " + parameters.length + " arguments (" + positional.size() + " given)");
        }
        Object[] bound = new Object[parameters.length];
        Arrays.fill(bound, ABSENT);
        for (int i = 0; i < positional.size(); i++) {
            bound[i] = positional.get(i);
        }
        for (Map.Entry<String, Object> argument : named.entrySet()) {
            int index = Arrays.asList(parameters).indexOf(argument.getKey());
            if (index < 0 || bound[index] != ABSENT) {
                throw TemplateException.failed(function + " got an unexpected argument '" + argument.getKey() + "'");
            }
            bound[index] = argument.getValue();
        }
        for (int i = 0; i < required; i++) {
            if (bound[i] == ABSENT) {
                throw TemplateException.failed(function + " lacks its argument '" + parameters[i] + "'");
            }
        }
        return bound;
    }

    static Object or(Object bound, Object otherwise) {
        return bound == ABSENT ? otherwise : bound;
    }

    static boolean flag(Object bound) {
        return bound != ABSENT && PythonTypes.truth(bound);
    }

    /** A whole number among {@link #bind}'s answers. */
    static int integer(Object bound, int otherwise) {
        if (bound == ABSENT) {
            return otherwise;
        }
        long value = PythonNumbers.index(bound);
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }

    static String text(Object bound) {
        if (bound instanceof Markup markup) {
            return markup.text();
        }
        if (bound instanceof String text) {
            return text;
        }
        throw TemplateException.failed("a str is expected, not " + PythonTypes.name(bound));
    }

    Arguments without(int leading) {
        return new Arguments(positional.subList(leading, positional.size()), named, rendering);
    }
}
