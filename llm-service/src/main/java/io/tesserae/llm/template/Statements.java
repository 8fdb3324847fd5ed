package io.tesserae.llm.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** All statements but the loop. */
final class Statements {

    private Statements() {
    }

    record Text(String text) implements Statement {
        @Override
        public Flow run(Scope scope) {
            scope.rendering().write(text);
            return Flow.NEXT;
        }
    }

    record Print(Expression expression) implements Statement {
        @Override
        public Flow run(Scope scope) {
            scope.rendering().write(PythonText.str(expression.eval(scope)));
            return Flow.NEXT;
        }
    }

    record Block(List<Statement> body) implements Statement {
        @Override
        public Flow run(Scope scope) {
            for (Statement statement : body) {
                scope.rendering().step();
                Flow flow = statement.run(scope);
                if (flow != Flow.NEXT) {
                    return flow;
                }
            }
            return Flow.NEXT;
        }
    }

    record If(Expression condition, Statement then, Statement otherwise) implements Statement {
        @Override
        public Flow run(Scope scope) {
            return (PythonTypes.truth(condition.eval(scope)) ? then : otherwise).run(scope);
        }
    }

    record Jump(Flow flow) implements Statement {
        @Override
        public Flow run(Scope scope) {
            return flow;
        }
    }

    /** What stands left of {@code =}. */
    sealed interface Target permits NameTarget, AttributeTarget, TupleTarget {
        void assign(Object value, Scope scope);
    }

    record NameTarget(String name) implements Target {
        @Override
        public void assign(Object value, Scope scope) {
            scope.set(name, value);
        }
    }

    record AttributeTarget(String name, String attribute) implements Target {
        @Override
        public void assign(Object value, Scope scope) {
            if (!(scope.get(name) instanceof Namespace namespace)) {
                throw TemplateException.failed("cannot assign attribute on non-namespace object");
            }
            namespace.attributes().put(attribute, value);
        }
    }

    record TupleTarget(List<Target> targets) implements Target {
        @Override
        public void assign(Object value, Scope scope) {
            List<Object> values = PythonTypes.list(value, scope.rendering());
            if (values.size() != targets.size()) {
                throw TemplateException.failed(values.size() + " values to unpack where " + targets.size() + " are expected");
            }
            Iterator<Object> each = values.iterator();
            targets.forEach(target -> target.assign(each.next(), scope));
        }
    }

    record Set(Target target, Expression value) implements Statement {
        @Override
        public Flow run(Scope scope) {
            target.assign(value.eval(scope), scope);
            return Flow.NEXT;
        }
    }

    /** A body whose text becomes a value: {@code {% set x %}…{% endset %}}, {@code {% filter … %}} and {@code {% generation %}} are made of it. */
    record Captured(Statement body) implements Expression {
        @Override
        public Object eval(Scope scope) {
            return scope.rendering().capture(body, scope.inner());
        }
    }

    record With(List<Target> targets, List<Expression> values, Statement body) implements Statement {
        @Override
        public Flow run(Scope scope) {
            List<Object> evaluated = new ArrayList<>();
            values.forEach(value -> evaluated.add(value.eval(scope)));
            Scope inner = scope.inner();
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).assign(evaluated.get(i), inner);
            }
            return body.run(inner);
        }
    }

    record Define(Macro.Signature signature) implements Statement {
        @Override
        public Flow run(Scope scope) {
            scope.set(signature.name(), new Macro(signature, scope));
            return Flow.NEXT;
        }
    }

    /** {@code {% call(x) macro(…) %}body{% endcall %}}. */
    record CallWithBody(Calls.Call call, Macro.Signature body) implements Statement {
        @Override
        public Flow run(Scope scope) {
            Arguments arguments = call.written().eval(scope);
            arguments.named().put("caller", new Macro(body, scope));
            scope.rendering().write(PythonText.str(Calls.call(call.function().eval(scope), arguments)));
            return Flow.NEXT;
        }
    }
}
