package io.tesserae.llm.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls of functions, filters and tests. */
final class Calls {

    private Calls() {
    }

    /** Arguments as written: {@code (a, b, name=c, *list, **dict)}. */
    record Written(List<Expression> positional, Map<String, Expression> named, Expression list, Expression dict) {

        static final Written NONE = new Written(List.of(), Map.of(), null, null);

        Arguments eval(Scope scope) {
            List<Object> values = new ArrayList<>(positional.size());
            positional.forEach(argument -> values.add(argument.eval(scope)));
            Map<String, Object> byName = new LinkedHashMap<>();
            named.forEach((name, argument) -> byName.put(name, argument.eval(scope)));
            if (list != null) {
                values.addAll(PythonTypes.list(list.eval(scope), scope.rendering()));
            }
            if (dict != null) {
                if (!(dict.eval(scope) instanceof Map<?, ?> more)) {
                    throw TemplateException.failed("argument after ** must be a mapping");
                }
                more.forEach((name, value) -> byName.put(PythonText.str(name), value));
            }
            return new Arguments(values, byName, scope.rendering());
        }
    }

    record Call(Expression function, Written written) implements Expression {
        @Override
        public Object eval(Scope scope) {
            return call(function.eval(scope), written.eval(scope));
        }
    }

    static Object call(Object function, Arguments arguments) {
        arguments.rendering().step();
        if (function instanceof Callable callable) {
            return callable.call(arguments);
        }
        throw function instanceof Undefined undefined ? undefined.failure()
                : TemplateException.failed("'" + PythonTypes.name(function) + "' object is not callable");
    }

    /** {@code target | name(…)}; {@code filter} is null where jinja2 too finds the name missing only when it comes here. */
    record Filtered(Expression target, String name, Filter filter, Written written) implements Expression {
        @Override
        public Object eval(Scope scope) {
            Object value = target.eval(scope);
            scope.rendering().step();
            if (value instanceof String text) {
                scope.rendering().spend(text.length() / 64);
            }
            return Filters.known(name, filter).apply(value, written.eval(scope));
        }
    }

    /** {@code target is name(…)}. */
    record Tested(Expression target, String name, Check test, Written written) implements Expression {
        @Override
        public Object eval(Scope scope) {
            Object value = target.eval(scope);
            scope.rendering().step();
            return Tests.known(name, test).holds(value, written.eval(scope));
        }
    }
}
