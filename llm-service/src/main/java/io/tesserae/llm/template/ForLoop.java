package io.tesserae.llm.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * {@code {% for target in sequence if condition %}…{% else %}…{% endfor %}}. Every turn has a scope of its own, so what it sets is gone in the next.
 *
 * @param condition null where all items are walked
 */
record ForLoop(Statements.Target target, Expression sequence, Expression condition, Statement body, Statement otherwise, boolean recursive)
        implements Statement {

    @Override
    public Flow run(Scope scope) {
        return walk(sequence.eval(scope), scope, 0);
    }

    private Flow walk(Object value, Scope scope, int depth) {
        Rendering rendering = scope.rendering();
        List<Object> items = new ArrayList<>();
        for (Iterator<Object> all = PythonTypes.iterate(value, rendering); all.hasNext();) {
            Object item = all.next();
            if (condition == null || accepted(item, scope)) {
                items.add(item);
            }
        }
        LoopState loop = new LoopState(items, depth, recursive ? arguments -> recurse(arguments, scope, depth) : null);
        boolean completed = false;
        for (int i = 0; i < items.size(); i++) {
            loop.at(i);
            Scope turn = scope.inner();
            target.assign(items.get(i), turn);
            turn.set("loop", loop);
            Flow flow = body.run(turn);
            if (flow == Flow.BREAK) {
                break;
            }
            completed |= flow == Flow.NEXT;
        }
        // jinja2 takes the else part where no turn reached its end, be it for want of items, by break or by continue; a break in it is the outer loop's
        return completed ? Flow.NEXT : otherwise.run(scope.inner());
    }

    private boolean accepted(Object item, Scope scope) {
        Scope asked = scope.inner();
        target.assign(item, asked);
        return PythonTypes.truth(condition.eval(asked));
    }

    private Object recurse(Arguments arguments, Scope scope, int depth) {
        Object inner = arguments.bind("loop", 1, "iterable")[0];
        Rendering rendering = scope.rendering();
        rendering.enter();
        try {
            return rendering.capture(within -> walk(inner, within, depth + 1), scope);
        } finally {
            rendering.leave();
        }
    }
}
