package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * Reads one JSON object field by field. A field that is absent or null reads as null. Every failure names the field by its full
 * path; whatever nobody asked for is refused at the end, so that nothing is ever silently ignored.
 */
final class Fields {

    private final ObjectNode object;
    private final String path;
    private final Set<String> read = new HashSet<>();

    private Fields(ObjectNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /** The object at {@code path}; the empty path is the body. */
    static Fields of(JsonNode node, String path) {
        if (node instanceof ObjectNode object) {
            return new Fields(object, path);
        }
        throw path.isEmpty()
                ? Failure.of(Reason.INVALID_FIELD, "the body must be a JSON object")
                : Failure.inField(Reason.INVALID_FIELD, path, "'" + path + "' must be an object");
    }

    /** Full path of a field. */
    String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The value as it is, or null. */
    JsonNode any(String name) {
        read.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** The value, or a failure that says it is required. */
    JsonNode required(String name) {
        JsonNode value = any(name);
        if (value == null) {
            throw Failure.inField(Reason.INVALID_FIELD, path(name), "'" + path(name) + "' is required");
        }
        return value;
    }

    String string(String name) {
        JsonNode value = any(name);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            throw bad(name, "must be a string");
        }
        return value.textValue();
    }

    boolean flag(String name, boolean otherwise) {
        JsonNode value = any(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw bad(name, "must be true or false");
        }
        return value.booleanValue();
    }

    Integer integer(String name, int least, int most) {
        Long value = integer64(name);
        if (value == null) {
            return null;
        }
        if (value < least || value > most) {
            throw bad(name, "must be " + (most == Integer.MAX_VALUE ? "at least " + least : "from " + least + " to " + most));
        }
        return value.intValue();
    }

    Long integer64(String name) {
        JsonNode value = any(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw bad(name, "must be an integer");
        }
        return value.longValue();
    }

    Float number(String name, double least, double most) {
        JsonNode value = any(name);
        if (value == null) {
            return null;
        }
        return number(value, name, least, most);
    }

    /** A number above {@code bound} and at most {@code most}. */
    Float numberAbove(String name, double bound, double most) {
        Float value = number(name, bound, most);
        if (value != null && value <= bound) {
            throw bad(name, "must be above " + plain(bound));
        }
        return value;
    }

    private Float number(JsonNode value, String name, double least, double most) {
        if (!value.isNumber()) {
            throw bad(name, "must be a number");
        }
        double number = value.doubleValue();
        if (!(number >= least && number <= most)) {
            throw bad(name, "must be from " + plain(least) + " to " + plain(most));
        }
        return (float) number;
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    /** A failure that blames that field: its path, then {@code what}. */
    Failure bad(String name, String what) {
        return Failure.inField(Reason.INVALID_FIELD, path(name), "'" + path(name) + "' " + what);
    }

    /** A failure that says the field cannot be used here. */
    Failure unsupported(String name, String what) {
        return Failure.inField(Reason.UNSUPPORTED_FIELD, path(name), "'" + path(name) + "' " + what);
    }

    /** Refuses the first field that nobody asked for. */
    void nothingElse() {
        for (Iterator<String> names = object.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (!read.contains(name)) {
                String shown = name.length() > 64 ? name.substring(0, 64) + "…" : name;
                throw Failure.inField(Reason.UNSUPPORTED_FIELD, path(shown), "'" + path(shown) + "' is not a field that this server knows");
            }
        }
    }
}
