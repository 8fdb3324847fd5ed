package io.tesserae.llm.template;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** {@code map}, {@code select} and their like: lazy, so an item that fails does so only when it is reached. */
final class SelectionFilters {

    static final Map<String, Filter> ALL = Map.of(
            "map", SelectionFilters::map,
            "select", (value, arguments) -> select(value, arguments, true, false),
            "reject", (value, arguments) -> select(value, arguments, false, false),
            "selectattr", (value, arguments) -> select(value, arguments, true, true),
            "rejectattr", (value, arguments) -> select(value, arguments, false, true));

    private SelectionFilters() {
    }

    private static Object map(Object value, Arguments arguments) {
        if (!PythonTypes.truth(value)) {
            return new Generator(List.<Object>of().iterator());
        }
        UnaryOperator<Object> function = function(arguments);
        return new Generator(new Iterator<>() {
            private Iterator<Object> items;

            private Iterator<Object> items() {
                items = items == null ? PythonTypes.iterate(value, arguments.rendering()) : items;
                return items;
            }

            @Override
            public boolean hasNext() {
                return items().hasNext();
            }

            @Override
            public Object next() {
                return function.apply(items().next());
            }
        });
    }

    private static UnaryOperator<Object> function(Arguments arguments) {
        if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
            for (String name : arguments.named().keySet()) {
                if (!name.equals("attribute") && !name.equals("default")) {
                    throw TemplateException.failed("Unexpected keyword argument '" + name + "'");
                }
            }
            return Lookup.of(arguments.named().get("attribute"), arguments.named().get("default"));
        }
        if (arguments.positional().isEmpty()) {
            throw TemplateException.failed("map requires a filter argument");
        }
        String name = Arguments.text(arguments.positional().get(0));
        Filter filter = Filters.known(name, Filters.find(name, true));
        Arguments rest = arguments.without(1);
        return item -> filter.apply(item, rest);
    }

    private static Object select(Object value, Arguments arguments, boolean wanted, boolean byAttribute) {
        if (!PythonTypes.truth(value)) {
            return new Generator(List.<Object>of().iterator());
        }
        if (byAttribute && arguments.positional().isEmpty()) {
            throw TemplateException.failed("Missing parameter for attribute name");
        }
        UnaryOperator<Object> lookup = byAttribute ? Lookup.of(arguments.positional().get(0), null) : UnaryOperator.identity();
        Predicate<Object> test = test(byAttribute ? arguments.without(1) : arguments);
        return new Generator(new Iterator<>() {
            private Iterator<Object> items;
            private Object found;
            private boolean ready;

            @Override
            public boolean hasNext() {
                items = items == null ? PythonTypes.iterate(value, arguments.rendering()) : items;
                while (!ready && items.hasNext()) {
                    found = items.next();
                    ready = test.test(lookup.apply(found)) == wanted;
                }
                return ready;
            }

            @Override
            public Object next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                ready = false;
                return found;
            }
        });
    }

    private static Predicate<Object> test(Arguments arguments) {
        if (arguments.positional().isEmpty()) {
            return PythonTypes::truth;
        }
        String name = Arguments.text(arguments.positional().get(0));
        Check test = Tests.known(name, Tests.find(name, true));
        Arguments rest = arguments.without(1);
        return item -> test.holds(item, rest);
    }
}
