package io.tesserae.llm.template;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What dict.keys(), values() and items() answer: can be walked and counted, but has no elements by index. */
final class DictView extends AbstractList<Object> {

    private final String kind;
    private final List<Object> items;

    private DictView(String kind, List<Object> items) {
        this.kind = kind;
        this.items = items;
    }

    static DictView of(String method, Map<?, ?> map) {
        List<Object> items = new ArrayList<>(map.size());
        map.forEach((key, value) -> items.add(switch (method) {
            case "keys" -> key;
            case "values" -> value;
            default -> Tuple.of(key, value);
        }));
        return new DictView("dict_" + method, items);
    }

    String kind() {
        return kind;
    }

    @Override
    public Object get(int index) {
        return items.get(index);
    }

    @Override
    public int size() {
        return items.size();
    }
}
