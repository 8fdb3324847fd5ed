package io.tesserae.llm.template;

import java.util.LinkedHashMap;
import java.util.Map;

/** jinja2's namespace: the one value whose attributes a template can set. */
final class Namespace {

    private final Map<String, Object> attributes = new LinkedHashMap<>();

    static Object make(Arguments arguments) {
        Namespace namespace = new Namespace();
        namespace.attributes.putAll(Globals.dict(arguments));
        return namespace;
    }

    Map<String, Object> attributes() {
        return attributes;
    }
}
