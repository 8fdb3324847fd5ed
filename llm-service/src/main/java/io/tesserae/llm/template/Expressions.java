package io.tesserae.llm.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names, literals and the operators that do not look into their operands. */
final class Expressions {

    private Expressions() {
    }

    record Constant(Object value) implements Expression {
        @Override
        public Object eval(Scope scope) {
            return value;
        }
    }

    record Name(String name) implements Expression {
        @Override
        public Object eval(Scope scope) {
            return scope.get(name);
        }
    }

    record ListLiteral(List<Expression> items, boolean tuple) implements Expression {
        @Override
        public Object eval(Scope scope) {
            List<Object> values = new ArrayList<>(items.size());
            items.forEach(item -> values.add(item.eval(scope)));
            return tuple ? new Tuple(values) : values;
        }
    }

    record DictLiteral(List<Expression> keys, List<Expression> values) implements Expression {
        @Override
        public Object eval(Scope scope) {
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                Object key = keys.get(i).eval(scope);
                PythonTypes.checkHashable(key);
                map.put(PythonTypes.key(map, key), values.get(i).eval(scope));
            }
            return map;
        }
    }

    /** {@code then if condition else otherwise}; without the last, nothing. */
    record Conditional(Expression condition, Expression then, Expression otherwise) implements Expression {
        @Override
        public Object eval(Scope scope) {
            if (PythonTypes.truth(condition.eval(scope))) {
                return then.eval(scope);
            }
            return otherwise != null ? otherwise.eval(scope)
                    : new Undefined("the inline if-expression evaluated to false and no else section was defined.");
        }
    }

    record Or(Expression left, Expression right) implements Expression {
        @Override
        public Object eval(Scope scope) {
            Object value = left.eval(scope);
            return PythonTypes.truth(value) ? value : right.eval(scope);
        }
    }

    record And(Expression left, Expression right) implements Expression {
        @Override
        public Object eval(Scope scope) {
            Object value = left.eval(scope);
            return PythonTypes.truth(value) ? right.eval(scope) : value;
        }
    }

    record Not(Expression operand) implements Expression {
        @Override
        public Object eval(Scope scope) {
            return !PythonTypes.truth(operand.eval(scope));
        }
    }

    /** {@code a ~ b ~ c}. */
    record Joined(List<Expression> parts) implements Expression {
        @Override
        public Object eval(Scope scope) {
            StringBuilder text = new StringBuilder();
            for (Expression part : parts) {
                String printed = PythonText.str(part.eval(scope));
                scope.rendering().fits(text.length() + (long) printed.length());
                scope.rendering().spend(1 + printed.length() / 64);
                text.append(printed);
            }
            return text.toString();
        }
    }

    /** {@code a < b <= c …}: each operand is evaluated once, and none after the first comparison that is false. */
    record Compared(Expression first, List<String> operators, List<Expression> operands) implements Expression {
        @Override
        public Object eval(Scope scope) {
            Object left = first.eval(scope);
            for (int i = 0; i < operators.size(); i++) {
                Object right = operands.get(i).eval(scope);
                if (!holds(operators.get(i), left, right, scope.rendering())) {
                    return false;
                }
                left = right;
            }
            return true;
        }

        static boolean holds(String operator, Object left, Object right, Rendering rendering) {
            return switch (operator) {
                case "==" -> Comparison.equal(left, right);
                case "!=" -> !Comparison.equal(left, right);
                case "in" -> Comparison.contains(right, left, rendering);
                case "not in" -> !Comparison.contains(right, left, rendering);
                case "<" -> Comparison.order(left, right, operator) < 0;
                case "<=" -> Comparison.order(left, right, operator) <= 0;
                case ">" -> Comparison.order(left, right, operator) > 0;
                default -> Comparison.order(left, right, operator) >= 0;
            };
        }
    }
}
