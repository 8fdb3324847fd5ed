package io.tesserae.llm.template;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;

/** Python's tuple: a list that prints and compares apart from lists. Not final for {@code groupby}'s pairs, whose halves also have names. */
class Tuple extends AbstractList<Object> {

    private final List<?> items;

    Tuple(List<?> items) {
        this.items = items;
    }

    static Tuple of(Object... items) {
        return new Tuple(Arrays.asList(items));
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
