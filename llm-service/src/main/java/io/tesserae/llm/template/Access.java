package io.tesserae.llm.template;

import java.util.List;
import java.util.Map;

/** {@code value.name} and {@code value[key]}: jinja2 tries attribute then element for the one, element then attribute for the other. */
final class Access {

    private Access() {
    }

    record Attribute(Expression target, String name) implements Expression {
        @Override
        public Object eval(Scope scope) {
            return attributeOrItem(target.eval(scope), name);
        }
    }

    record Item(Expression target, Expression key) implements Expression {
        @Override
        public Object eval(Scope scope) {
            return itemOrAttribute(target.eval(scope), key.eval(scope));
        }
    }

    static Object attributeOrItem(Object owner, String name) {
        Object value = attribute(owner, name);
        if (value == Arguments.ABSENT) {
            value = item(owner, name);
        }
        return value == Arguments.ABSENT ? Undefined.of(owner, name) : value;
    }

    static Object itemOrAttribute(Object owner, Object key) {
        Object value = item(owner, key);
        if (value == Arguments.ABSENT && (key instanceof String || key instanceof Markup)) {
            value = attribute(owner, key.toString());
        }
        return value == Arguments.ABSENT ? Undefined.of(owner, key) : value;
    }

    static Object attribute(Object owner, String name) {
        if (owner instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (name.startsWith("__") && name.endsWith("__")) {
            return Undefined.unsafe(owner, name);
        }
        if (owner instanceof LoopState loop) {
            return loop.attribute(name);
        }
        if (owner instanceof Namespace namespace) {
            return namespace.attributes().containsKey(name) ? namespace.attributes().get(name) : Arguments.ABSENT;
        }
        if (owner instanceof Macro macro) {
            return macro.attribute(name);
        }
        if (owner instanceof Globals.Cycler cycler) {
            return cycler.attribute(name);
        }
        if (owner instanceof SequenceFilters.Group group) {
            return group.attribute(name);
        }
        return BoundMethod.of(owner, name);
    }

    private static Object item(Object owner, Object key) {
        if (owner instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (owner instanceof Map<?, ?> map) {
            if (key instanceof List || key instanceof Map) {
                return key instanceof Tuple tuple ? map.entrySet().stream().filter(e -> Comparison.equal(e.getKey(), tuple)).findFirst()
                        .<Object>map(Map.Entry::getValue).orElse(Arguments.ABSENT) : Arguments.ABSENT;
            }
            Object own = PythonTypes.key(map, key);
            Object value = map.get(own);
            return value != null || map.containsKey(own) ? value : Arguments.ABSENT;
        }
        if (!(key instanceof Long) && !(key instanceof Boolean)) {
            return Arguments.ABSENT;
        }
        long index = PythonNumbers.index(key);
        if (owner instanceof List<?> list && !(owner instanceof DictView)) {
            index = index < 0 ? index + list.size() : index;
            return index >= 0 && index < list.size() ? list.get((int) index) : Arguments.ABSENT;
        }
        if (owner instanceof String || owner instanceof Markup) {
            String text = owner.toString();
            long length = PythonTypes.length(text);
            index = index < 0 ? index + length : index;
            return index < 0 || index >= length ? Arguments.ABSENT
                    : Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) index)));
        }
        return Arguments.ABSENT;
    }
}
