package io.tesserae.gateway.http;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;

/** What stands behind the question mark of a path. Failures name the parameter. */
final class Query {

    private static final int MOST_NUMBERS = 4_096;

    private final MultiMap parameters;

    Query(MultiMap parameters) {
        this.parameters = parameters;
    }

    /** Text; empty where it is not given. */
    String text(String name) {
        String value = parameters.get(name);
        return value == null ? "" : value;
    }

    /** A number of at least 0, or {@code otherwise} where it is not given. */
    int number(String name, int otherwise) {
        String value = parameters.get(name);
        return value == null ? otherwise : (int) number(name, value, Integer.MAX_VALUE);
    }

    /** Numbers of at least 0 with commas between them; none where it is not given. */
    List<Long> numbers(String name) {
        List<Long> numbers = new ArrayList<>();
        String value = text(name);
        if (!value.isEmpty()) {
            for (String one : value.split(",", MOST_NUMBERS)) {
                numbers.add(number(name, one, Integer.MAX_VALUE));
            }
        }
        return numbers;
    }

    private static long number(String name, String value, long most) {
        if (!value.matches("[0-9]{1,10}") || Long.parseLong(value) > most) {
            throw Failure.inField(Reason.INVALID_FIELD, name, "'" + name + "' must be a whole number of at least 0");
        }
        return Long.parseLong(value);
    }
}
