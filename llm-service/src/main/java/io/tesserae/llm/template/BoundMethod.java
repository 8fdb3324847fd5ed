package io.tesserae.llm.template;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** A method of a value, as {@code text.strip} is before it is called. */
record BoundMethod(Object receiver, String name) implements Callable {

    private static final Set<String> NAMED_ARGUMENTS = Set.of("encode", "expandtabs", "format", "rsplit", "split", "splitlines");
    private static final Set<String> LIST = Set.of("copy", "count", "index");
    private static final Set<String> LIST_CHANGES = Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");
    private static final Set<String> TUPLE = Set.of("count", "index");
    private static final Set<String> DICT = Set.of("copy", "get", "items", "keys", "values");
    private static final Set<String> DICT_CHANGES = Set.of("clear", "pop", "popitem", "setdefault", "update");

    /** The method, {@link Undefined} where the sandbox hides it, {@link Arguments#ABSENT} where the type has none of this name. */
    static Object of(Object receiver, String name) {
        Set<String> methods = Set.of();
        Set<String> changes = Set.of();
        if (receiver instanceof String || receiver instanceof Markup) {
            methods = StringMethods.NAMES;
        } else if (receiver instanceof Map) {
            methods = DICT;
            changes = DICT_CHANGES;
        } else if (receiver instanceof Tuple || receiver instanceof Range) {
            methods = TUPLE;
        } else if (receiver instanceof List && !(receiver instanceof DictView)) {
            methods = LIST;
            changes = LIST_CHANGES;
        }
        if (methods.contains(name)) {
            return new BoundMethod(receiver, name);
        }
        return changes.contains(name) ? Undefined.unsafe(receiver, name) : Arguments.ABSENT;
    }

    @Override
    public Object call(Arguments arguments) {
        if (!arguments.named().isEmpty() && !NAMED_ARGUMENTS.contains(name)) {
            throw TemplateException.failed(PythonTypes.name(receiver) + "." + name + "() takes no keyword arguments");
        }
        if (receiver instanceof String text) {
            return StringMethods.call(text, name, arguments);
        }
        if (receiver instanceof Markup markup) {
            Object answer = StringMethods.call(markup.text(), name, arguments);
            return answer instanceof String text ? new Markup(text) : answer;
        }
        return receiver instanceof Map<?, ?> map
                ? CollectionMethods.ofDict(map, name, arguments)
                : CollectionMethods.ofList((List<?>) receiver, name, arguments);
    }
}
