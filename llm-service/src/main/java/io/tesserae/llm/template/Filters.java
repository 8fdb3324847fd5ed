package io.tesserae.llm.template;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** jinja2's filters by name, with transformers' own {@code tojson}. */
final class Filters {

    private static final Map<String, Filter> ALL = new HashMap<>();
    /** jinja2 has these too, but no chat template can want them. */
    private static final Set<String> NOT_OFFERED = Set.of("filesizeformat", "pprint", "random", "striptags", "urlize", "wordwrap", "xmlattr");

    static {
        ALL.putAll(TextFilters.ALL);
        ALL.putAll(SequenceFilters.ALL);
        ALL.putAll(SelectionFilters.ALL);
        ALL.putAll(ValueFilters.ALL);
    }

    private Filters() {
    }

    /** The filter; null where there is none and {@code late} says that only its use is an error. */
    static Filter find(String name, boolean late) {
        Filter filter = ALL.get(name);
        if (filter == null && (!late || NOT_OFFERED.contains(name))) {
            throw missing(name);
        }
        return filter;
    }

    static Filter known(String name, Filter filter) {
        if (filter == null) {
            throw missing(name);
        }
        return filter;
    }

    private static TemplateException missing(String name) {
        return TemplateException.unsupported(NOT_OFFERED.contains(name) ? "the filter '" + name + "' is not offered" : "No filter named '" + name + "'.");
    }
}
