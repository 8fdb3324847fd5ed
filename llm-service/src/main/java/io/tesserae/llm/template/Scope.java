package io.tesserae.llm.template;

import java.util.HashMap;
import java.util.Map;

/** Names of one block; a name not set here is looked for further out. */
final class Scope {

    private final Rendering rendering;
    private final Scope outer;
    private final Map<String, Object> names;

    Scope(Rendering rendering, Map<String, Object> names) {
        this.rendering = rendering;
        this.outer = null;
        this.names = names;
    }

    private Scope(Scope outer) {
        this.rendering = outer.rendering;
        this.outer = outer;
        this.names = new HashMap<>();
    }

    Scope inner() {
        return new Scope(this);
    }

    Rendering rendering() {
        return rendering;
    }

    void set(String name, Object value) {
        names.put(name, value);
    }

    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            Object value = scope.names.get(name);
            if (value != null || scope.names.containsKey(name)) {
                return value;
            }
        }
        Callable global = Globals.ALL.get(name);
        return global != null ? global : Undefined.name(name);
    }
}
