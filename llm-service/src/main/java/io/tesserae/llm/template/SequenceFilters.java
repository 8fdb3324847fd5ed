package io.tesserae.llm.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Filters on lists and other sequences. */
final class SequenceFilters {

    static final Map<String, Filter> ALL = Map.ofEntries(
            Map.entry("length", SequenceFilters::length),
            Map.entry("count", SequenceFilters::length),
            Map.entry("first", SequenceFilters::first),
            Map.entry("last", SequenceFilters::last),
            Map.entry("list", (value, arguments) -> PythonTypes.list(value, arguments.rendering())),
            Map.entry("join", SequenceFilters::join),
            Map.entry("items", SequenceFilters::items),
            Map.entry("dictsort", SequenceFilters::dictSort),
            Map.entry("sort", SequenceFilters::sort),
            Map.entry("reverse", SequenceFilters::reverse),
            Map.entry("unique", SequenceFilters::unique),
            Map.entry("min", (value, arguments) -> extreme(value, arguments, -1)),
            Map.entry("max", (value, arguments) -> extreme(value, arguments, 1)),
            Map.entry("sum", SequenceFilters::sum),
            Map.entry("batch", SequenceFilters::batch),
            Map.entry("slice", SequenceFilters::slice),
            Map.entry("groupby", SequenceFilters::groupBy));

    private SequenceFilters() {
    }

    /** One group of {@code groupby}: a pair whose halves also have names. */
    static final class Group extends Tuple {

        private final List<Object> members;

        Group(Object grouper, List<Object> members) {
            super(Arrays.asList(grouper, members));
            this.members = members;
        }

        Object attribute(String name) {
            return name.equals("grouper") ? get(0) : name.equals("list") ? members : BoundMethod.of(this, name);
        }
    }

    private static Object length(Object value, Arguments arguments) {
        long length = PythonTypes.length(value);
        if (length < 0) {
            throw TemplateException.failed("object of type '" + PythonTypes.name(value) + "' has no len()");
        }
        return length;
    }

    private static Object first(Object value, Arguments arguments) {
        Iterator<Object> items = PythonTypes.iterate(value, arguments.rendering());
        return items.hasNext() ? items.next() : new Undefined("No first item, sequence was empty.");
    }

    private static Object last(Object value, Arguments arguments) {
        if (value instanceof Generator) {
            throw TemplateException.failed("'generator' object is not reversible");
        }
        List<Object> items = PythonTypes.list(value, arguments.rendering());
        return items.isEmpty() ? new Undefined("No last item, sequence was empty.") : items.get(items.size() - 1);
    }

    private static Object join(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("join", 0, "d", "attribute");
        UnaryOperator<Object> lookup = Lookup.of(Arguments.or(bound[1], null), null);
        String separator = PythonText.str(Arguments.or(bound[0], ""));
        StringBuilder out = new StringBuilder();
        boolean any = false;
        for (Iterator<Object> items = PythonTypes.iterate(value, arguments.rendering()); items.hasNext(); any = true) {
            String printed = PythonText.str(lookup.apply(items.next()));
            out.append(any ? separator : "").append(printed);
            arguments.rendering().fits(out.length());
            arguments.rendering().spend((separator.length() + printed.length()) / 64);
        }
        return out.toString();
    }

    private static Object items(Object value, Arguments arguments) {
        arguments.bind("items", 0);
        if (!(value instanceof Map) && !(value instanceof Undefined)) {
            throw TemplateException.failed("Can only get item pairs from a mapping.");
        }
        List<Object> pairs = value instanceof Map<?, ?> map ? DictView.of("items", map) : List.of();
        return new Generator(pairs.iterator());
    }

    private static Object dictSort(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("dictsort", 0, "case_sensitive", "by", "reverse");
        if (!(value instanceof Map<?, ?> map)) {
            throw TemplateException.failed("dictsort takes a dict, not '" + PythonTypes.name(value) + "'");
        }
        String by = Arguments.text(Arguments.or(bound[1], "key"));
        if (!by.equals("key") && !by.equals("value")) {
            throw TemplateException.failed("You can only sort by either \"key\" or \"value\"");
        }
        int half = by.equals("key") ? 0 : 1;
        return sorted(new ArrayList<>(DictView.of("items", map)), pair -> Lookup.folded(((Tuple) pair).get(half), Arguments.flag(bound[0])),
                Arguments.flag(bound[2]));
    }

    private static Object sort(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("sort", 0, "reverse", "case_sensitive", "attribute");
        boolean caseSensitive = Arguments.flag(bound[1]);
        Object attribute = Arguments.or(bound[2], null);
        List<UnaryOperator<Object>> lookups = new ArrayList<>();
        if (attribute instanceof String names) {
            for (String name : names.split(",")) {
                lookups.add(Lookup.of(name, null));
            }
        } else {
            lookups.add(Lookup.of(attribute, null));
        }
        return sorted(PythonTypes.list(value, arguments.rendering()), item -> {
            List<Object> keys = new ArrayList<>();
            lookups.forEach(lookup -> keys.add(Lookup.folded(lookup.apply(item), caseSensitive)));
            return keys;
        }, Arguments.flag(bound[0]));
    }

    private static List<Object> sorted(List<Object> items, UnaryOperator<Object> key, boolean reverse) {
        Comparator<Object> order = (a, b) -> Comparison.order(key.apply(a), key.apply(b), "<");
        items.sort(reverse ? order.reversed() : order);
        return items;
    }

    private static Object reverse(Object value, Arguments arguments) {
        arguments.bind("reverse", 0);
        if (value instanceof String text) {
            return new StringBuilder(text).reverse().toString();
        }
        if (PythonTypes.length(value) < 0 || value instanceof Markup) {
            throw TemplateException.failed("argument must be iterable");
        }
        List<Object> items = PythonTypes.list(value, arguments.rendering());
        Collections.reverse(items);
        return new Generator("list_reverseiterator", items.iterator());
    }

    private static Object unique(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("unique", 0, "case_sensitive", "attribute");
        UnaryOperator<Object> lookup = Lookup.of(Arguments.or(bound[1], null), null);
        List<Object> seen = new ArrayList<>();
        List<Object> kept = new ArrayList<>();
        for (Object item : PythonTypes.list(value, arguments.rendering())) {
            Object key = Lookup.folded(lookup.apply(item), Arguments.flag(bound[0]));
            PythonTypes.checkHashable(key);
            arguments.rendering().spend(1 + seen.size() / 8);
            if (seen.stream().noneMatch(other -> Comparison.equal(other, key))) {
                seen.add(key);
                kept.add(item);
            }
        }
        return new Generator(kept.iterator());
    }

    private static Object extreme(Object value, Arguments arguments, int sign) {
        Object[] bound = arguments.bind(sign < 0 ? "min" : "max", 0, "case_sensitive", "attribute");
        UnaryOperator<Object> lookup = Lookup.of(Arguments.or(bound[1], null), null);
        UnaryOperator<Object> key = item -> Lookup.folded(lookup.apply(item), Arguments.flag(bound[0]));
        List<Object> items = PythonTypes.list(value, arguments.rendering());
        if (items.isEmpty()) {
            return new Undefined("No aggregated item, sequence was empty.");
        }
        Object best = items.get(0);
        for (Object item : items.subList(1, items.size())) {
            best = Comparison.order(key.apply(item), key.apply(best), sign < 0 ? "<" : ">") * sign > 0 ? item : best;
        }
        return best;
    }

    private static Object sum(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("sum", 0, "attribute", "start");
        UnaryOperator<Object> lookup = Lookup.of(Arguments.or(bound[0], null), null);
        Object total = Arguments.or(bound[1], 0L);
        if (total instanceof String) {
            throw TemplateException.failed("sum() can't sum strings");
        }
        for (Object item : PythonTypes.list(value, arguments.rendering())) {
            total = Operators.apply("+", total, lookup.apply(item), arguments.rendering());
        }
        return total;
    }

    private static Object batch(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("batch", 1, "linecount", "fill_with");
        int size = Math.max(1, Arguments.integer(bound[0], 1));
        List<Object> items = PythonTypes.list(value, arguments.rendering());
        List<Object> batches = new ArrayList<>();
        for (int i = 0; i < items.size(); i += size) {
            batches.add(new ArrayList<>(items.subList(i, Math.min(items.size(), i + size))));
        }
        if (Arguments.or(bound[1], null) != null && !items.isEmpty()) {
            fill(batches.get(batches.size() - 1), size, bound[1], arguments.rendering());
        }
        return new Generator(batches.iterator());
    }

    private static Object slice(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("slice", 1, "slices", "fill_with");
        List<Object> items = PythonTypes.list(value, arguments.rendering());
        int slices = Math.max(1, Math.min(100_000, Arguments.integer(bound[0], 1)));
        int each = items.size() / slices;
        int longer = items.size() % slices;
        List<Object> made = new ArrayList<>();
        for (int i = 0; i < slices; i++) {
            int start = i * each + Math.min(i, longer);
            List<Object> part = new ArrayList<>(items.subList(start, start + each + (i < longer ? 1 : 0)));
            if (Arguments.or(bound[1], null) != null && i >= longer) {
                part.add(bound[1]);
            }
            made.add(part);
        }
        return new Generator(made.iterator());
    }

    @SuppressWarnings("unchecked")
    private static void fill(Object list, int size, Object filling, Rendering rendering) {
        rendering.length(size);
        while (((List<Object>) list).size() < size) {
            ((List<Object>) list).add(filling);
        }
    }

    private static Object groupBy(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("groupby", 1, "attribute", "default", "case_sensitive");
        boolean caseSensitive = Arguments.flag(bound[2]);
        UnaryOperator<Object> lookup = Lookup.of(bound[0], Arguments.or(bound[1], null));
        UnaryOperator<Object> key = item -> Lookup.folded(lookup.apply(item), caseSensitive);
        List<Object> groups = new ArrayList<>();
        Object last = null;
        for (Object item : sorted(PythonTypes.list(value, arguments.rendering()), key, false)) {
            Object current = key.apply(item);
            if (groups.isEmpty() || !Comparison.equal(current, last)) {
                groups.add(new Group(lookup.apply(item), new ArrayList<>()));
                last = current;
            }
            ((Group) groups.get(groups.size() - 1)).members.add(item);
        }
        return groups;
    }
}
