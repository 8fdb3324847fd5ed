package io.tesserae.llm.template;

import io.tesserae.llm.template.Token.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Expressions from operators down to comparisons; {@link OperandParser} reads what stands between the operators. */
final class ExpressionParser {

    private static final int DEEPEST = 200;
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    private final TokenStream tokens;
    private final OperandParser operands;
    /** Names read since the last {@link #collectNames}. */
    private Set<String> names = new HashSet<>();
    /** How many conditions hold what is being parsed: in one, a filter that does not exist fails only when it is reached. */
    private int conditions;
    private int depth;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
        this.operands = new OperandParser(tokens, this);
    }

    /** Names that {@code parsing} reads. */
    Set<String> collectNames(Runnable parsing) {
        Set<String> outer = names;
        names = new HashSet<>();
        parsing.run();
        Set<String> inner = names;
        outer.addAll(inner);
        names = outer;
        return inner;
    }

    void readsName(String name) {
        names.add(name);
    }

    void enterCondition() {
        conditions++;
    }

    void leaveCondition() {
        conditions--;
    }

    boolean inCondition() {
        return conditions > 0;
    }

    OperandParser operands() {
        return operands;
    }

    Expression expression() {
        if (++depth > DEEPEST) {
            throw tokens.failure("expressions nest more than " + DEEPEST + " deep");
        }
        Expression value = or();
        while (tokens.skipName("if")) {
            enterCondition();
            Expression condition = or();
            Expression otherwise = tokens.skipName("else") ? expression() : null;
            leaveCondition();
            value = new Expressions.Conditional(condition, value, otherwise);
        }
        depth--;
        return value;
    }

    Expression or() {
        Expression left = and();
        while (tokens.skipName("or")) {
            left = new Expressions.Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.skipName("and")) {
            left = new Expressions.And(left, not());
        }
        return left;
    }

    private Expression not() {
        boolean negative = false;
        boolean any = false;
        while (tokens.skipName("not")) {
            negative = !negative;
            any = true;
        }
        Expression operand = compared();
        if (!any) {
            return operand;
        }
        return negative ? new Expressions.Not(operand) : new Expressions.Not(new Expressions.Not(operand));
    }

    private Expression compared() {
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> compared = new ArrayList<>();
        while (true) {
            Token token = tokens.current();
            if (token.is(Type.OPERATOR) && COMPARISONS.contains(token.value())) {
                operators.add((String) tokens.next().value());
            } else if (tokens.skipName("in")) {
                operators.add("in");
            } else if (token.isName("not") && tokens.following().isName("in")) {
                tokens.next();
                tokens.next();
                operators.add("not in");
            } else {
                return operators.isEmpty() ? first : new Expressions.Compared(first, operators, compared);
            }
            compared.add(sum());
        }
    }

    private Expression sum() {
        Expression left = joined();
        while (tokens.current().isOperator("+") || tokens.current().isOperator("-")) {
            String operator = (String) tokens.next().value();
            left = new Operators.Binary(operator, left, joined());
        }
        return left;
    }

    private Expression joined() {
        List<Expression> parts = new ArrayList<>(List.of(product()));
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return parts.size() == 1 ? parts.get(0) : new Expressions.Joined(parts);
    }

    private Expression product() {
        Expression left = power();
        while (tokens.current().is(Type.OPERATOR) && Set.of("*", "/", "//", "%").contains(tokens.current().value())) {
            String operator = (String) tokens.next().value();
            left = new Operators.Binary(operator, left, power());
        }
        return left;
    }

    private Expression power() {
        Expression left = operands.unary(true);
        while (tokens.skipOperator("**")) {
            left = new Operators.Binary("**", left, operands.unary(true));
        }
        return left;
    }

    /** {@code (a, name=b, *c, **d)}. */
    Calls.Written arguments() {
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        Expression list = null;
        Expression dict = null;
        tokens.expectOperator("(");
        while (!tokens.current().isOperator(")")) {
            if (tokens.skipOperator("*")) {
                list = expression();
            } else if (tokens.skipOperator("**")) {
                dict = expression();
            } else if (tokens.current().is(Type.NAME) && tokens.following().isOperator("=")) {
                String name = tokens.name();
                tokens.next();
                if (named.put(name, expression()) != null) {
                    throw tokens.failure("argument '" + name + "' is given twice");
                }
            } else if (named.isEmpty() && list == null && dict == null) {
                positional.add(expression());
            } else {
                throw tokens.failure("a positional argument follows a named one");
            }
            if (!tokens.current().isOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        tokens.next();
        return new Calls.Written(positional, named, list, dict);
    }
}
