package io.tesserae.llm.template;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Functions that every template can call: jinja2's, and the two that transformers adds. */
final class Globals {

    static final Map<String, Callable> ALL = Map.of(
            "range", Range::make,
            "dict", Globals::dict,
            "namespace", Namespace::make,
            "cycler", Cycler::new,
            "joiner", Globals::joiner,
            "lipsum", arguments -> {
                throw TemplateException.unsupported("lipsum() answers at random");
            },
            "raise_exception", Globals::raise,
            "strftime_now", Globals::now);

    private Globals() {
    }

    private static Object raise(Arguments arguments) {
        throw new TemplateException(TemplateException.Kind.REFUSED, PythonText.str(arguments.bind("raise_exception", 1, "message")[0]));
    }

    private static Object now(Arguments arguments) {
        String format = Arguments.text(arguments.bind("strftime_now", 1, "format")[0]);
        return Strftime.format(format, arguments.rendering().clock());
    }

    /** Python's dict(mapping or pairs, name=value, …). */
    static Map<String, Object> dict(Arguments arguments) {
        Map<String, Object> made = new LinkedHashMap<>();
        if (arguments.positional().size() > 1) {
            throw TemplateException.failed("dict expected at most 1 argument, got " + arguments.positional().size());
        }
        for (Object source : arguments.positional()) {
            if (source instanceof Map<?, ?> map) {
                map.forEach((key, value) -> made.put(PythonText.str(key), value));
                continue;
            }
            for (Iterator<Object> pairs = PythonTypes.iterate(source, arguments.rendering()); pairs.hasNext();) {
                List<Object> pair = PythonTypes.list(pairs.next(), arguments.rendering());
                if (pair.size() != 2) {
                    throw TemplateException.failed("dictionary update sequence element has length " + pair.size() + "; 2 is required");
                }
                made.put(PythonText.str(pair.get(0)), pair.get(1));
            }
        }
        made.putAll(arguments.named());
        return made;
    }

    private static Object joiner(Arguments arguments) {
        Object separator = Arguments.or(arguments.bind("joiner", 0, "sep")[0], ", ");
        boolean[] used = {false};
        return (Callable) call -> {
            call.bind("joiner", 0);
            Object answer = used[0] ? separator : "";
            used[0] = true;
            return answer;
        };
    }

    /** jinja2's cycler: one of its values after another, without end. */
    static final class Cycler {

        private final List<Object> items;
        private int position;

        Cycler(Arguments arguments) {
            items = arguments.positional();
            if (items.isEmpty()) {
                throw TemplateException.failed("at least one item has to be provided");
            }
        }

        Object attribute(String name) {
            return switch (name) {
                case "current" -> items.get(position);
                case "next" -> (Callable) call -> {
                    Object current = items.get(position);
                    position = (position + 1) % items.size();
                    return current;
                };
                case "reset" -> (Callable) call -> {
                    position = 0;
                    return null;
                };
                default -> Arguments.ABSENT;
            };
        }
    }
}
