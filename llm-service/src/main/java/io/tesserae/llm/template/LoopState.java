package io.tesserae.llm.template;

import java.util.List;

/** The {@code loop} variable; calling it walks another sequence with the same body where the loop is recursive. */
final class LoopState implements Callable {

    private final List<Object> items;
    private final int depth;
    private final Callable recursion;
    private int index;
    private List<Object> lastChanged;

    LoopState(List<Object> items, int depth, Callable recursion) {
        this.items = items;
        this.depth = depth;
        this.recursion = recursion;
    }

    void at(int position) {
        index = position;
    }

    int length() {
        return items.size();
    }

    Object attribute(String name) {
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) items.size() - index;
            case "revindex0" -> items.size() - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == items.size() - 1;
            case "length" -> (long) items.size();
            case "depth" -> depth + 1L;
            case "depth0" -> (long) depth;
            case "previtem" -> index == 0 ? new Undefined("there is no previous item") : items.get(index - 1);
            case "nextitem" -> index == items.size() - 1 ? new Undefined("there is no next item") : items.get(index + 1);
            case "cycle" -> (Callable) this::cycle;
            case "changed" -> (Callable) this::changed;
            default -> Arguments.ABSENT;
        };
    }

    private Object cycle(Arguments arguments) {
        if (arguments.positional().isEmpty()) {
            throw TemplateException.failed("no items for cycling given");
        }
        return arguments.positional().get(index % arguments.positional().size());
    }

    private Object changed(Arguments arguments) {
        boolean changed = lastChanged == null || !Comparison.equal(new Tuple(lastChanged), new Tuple(arguments.positional()));
        lastChanged = arguments.positional();
        return changed;
    }

    @Override
    public Object call(Arguments arguments) {
        if (recursion == null) {
            throw TemplateException.failed("The loop must have the 'recursive' marker to be called recursively.");
        }
        return recursion.call(arguments);
    }
}
