package io.tesserae.llm.template;

import io.tesserae.llm.template.Token.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Literals and names with what follows them: attributes, elements, calls, filters, tests. */
final class OperandParser {

    private static final Set<Type> STARTS_OPERAND = Set.of(Type.NAME, Type.STRING, Type.INTEGER, Type.FLOAT);

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private int signs;

    OperandParser(TokenStream tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    Expression unary(boolean withFilters) {
        Expression value;
        boolean negative = tokens.current().isOperator("-");
        if (negative || tokens.current().isOperator("+")) {
            tokens.next();
            if (++signs > 100) {
                throw tokens.failure("too many signs in a row");
            }
            value = new Operators.Signed(negative, unary(false));
            signs--;
        } else {
            value = primary();
        }
        value = postfix(value);
        return withFilters ? filtersAndTests(value) : value;
    }

    private Expression primary() {
        Token token = tokens.current();
        switch (token.type()) {
            case NAME:
                tokens.next();
                return name((String) token.value());
            case STRING:
                StringBuilder text = new StringBuilder();
                while (tokens.current().is(Type.STRING)) {
                    text.append(tokens.next().value());
                }
                return new Expressions.Constant(text.toString());
            case INTEGER, FLOAT:
                return new Expressions.Constant(tokens.next().value());
            default:
                if (tokens.skipOperator("(")) {
                    Expression inner = tuple(true, true, null);
                    tokens.expectOperator(")");
                    return inner;
                }
                if (tokens.skipOperator("[")) {
                    return list();
                }
                if (tokens.skipOperator("{")) {
                    return dict();
                }
                throw tokens.failure("unexpected " + token);
        }
    }

    private Expression name(String name) {
        switch (name) {
            case "true", "True":
                return new Expressions.Constant(true);
            case "false", "False":
                return new Expressions.Constant(false);
            case "none", "None":
                return new Expressions.Constant(null);
            default:
                expressions.readsName(name);
                return new Expressions.Name(name);
        }
    }

    /**
     * One expression, or several with commas between.
     *
     * @param emptyAllowed whether nothing at all is the empty tuple, as between parentheses
     * @param endName a name that ends it besides the tag's end, or null
     */
    Expression tuple(boolean conditional, boolean emptyAllowed, String endName) {
        List<Expression> items = new ArrayList<>();
        boolean comma = false;
        while (true) {
            Token token = tokens.current();
            if (token.is(Type.VARIABLE_END) || token.is(Type.BLOCK_END) || token.isOperator(")") || endName != null && token.isName(endName)) {
                break;
            }
            items.add(conditional ? expressions.expression() : expressions.or());
            if (!tokens.skipOperator(",")) {
                break;
            }
            comma = true;
        }
        if (!comma && items.size() == 1) {
            return items.get(0);
        }
        if (items.isEmpty() && !emptyAllowed) {
            throw tokens.failure("an expression is expected, not " + tokens.current());
        }
        return new Expressions.ListLiteral(items, true);
    }

    private Expression list() {
        List<Expression> items = new ArrayList<>();
        while (!tokens.skipOperator("]")) {
            items.add(expressions.expression());
            if (!tokens.current().isOperator("]")) {
                tokens.expectOperator(",");
            }
        }
        return new Expressions.ListLiteral(items, false);
    }

    private Expression dict() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.skipOperator("}")) {
            keys.add(expressions.expression());
            tokens.expectOperator(":");
            values.add(expressions.expression());
            if (!tokens.current().isOperator("}")) {
                tokens.expectOperator(",");
            }
        }
        return new Expressions.DictLiteral(keys, values);
    }

    private Expression postfix(Expression operand) {
        Expression value = operand;
        while (true) {
            if (tokens.skipOperator(".")) {
                Token key = tokens.next();
                if (key.is(Type.NAME)) {
                    value = new Access.Attribute(value, (String) key.value());
                } else if (key.is(Type.INTEGER)) {
                    value = new Access.Item(value, new Expressions.Constant(key.value()));
                } else {
                    throw tokens.failure("a name or number is expected after '.'");
                }
            } else if (tokens.skipOperator("[")) {
                value = subscript(value);
            } else if (tokens.current().isOperator("(")) {
                value = new Calls.Call(value, expressions.arguments());
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression target) {
        Expression start = null;
        if (!tokens.current().isOperator(":")) {
            start = expressions.expression();
            if (tokens.skipOperator("]")) {
                return new Access.Item(target, start);
            }
        }
        if (!tokens.current().isOperator(":")) {
            throw tokens.failure("an element's key is one expression, not " + tokens.current());
        }
        tokens.next();
        Expression stop = bound();
        Expression step = tokens.skipOperator(":") ? bound() : null;
        tokens.expectOperator("]");
        return new Slice(target, start, stop, step);
    }

    private Expression bound() {
        return tokens.current().isOperator(":") || tokens.current().isOperator("]") ? null : expressions.expression();
    }

    private Expression filtersAndTests(Expression operand) {
        Expression value = operand;
        while (true) {
            if (tokens.current().isOperator("|")) {
                value = filters(value);
            } else if (tokens.skipName("is")) {
                value = test(value);
            } else if (tokens.current().isOperator("(")) {
                value = new Calls.Call(value, expressions.arguments());
            } else {
                return value;
            }
        }
    }

    /** All of {@code | a | b(c)} that follows. */
    Expression filters(Expression target) {
        Expression value = target;
        while (tokens.skipOperator("|")) {
            value = filter(value);
        }
        return value;
    }

    /** A filter's name and arguments, without its {@code |}. */
    Expression filter(Expression target) {
        String name = dottedName();
        Filter filter = Filters.find(name, expressions.inCondition());
        Calls.Written arguments = tokens.current().isOperator("(") ? expressions.arguments() : Calls.Written.NONE;
        return new Calls.Filtered(target, name, filter, arguments);
    }

    private Expression test(Expression target) {
        boolean negative = tokens.skipName("not");
        String name = dottedName();
        Check test = Tests.find(name, expressions.inCondition());
        Token token = tokens.current();
        Calls.Written arguments = Calls.Written.NONE;
        if (token.isOperator("(")) {
            arguments = expressions.arguments();
        } else if ((STARTS_OPERAND.contains(token.type()) || token.isOperator("[") || token.isOperator("{"))
                && !token.isName("else") && !token.isName("or") && !token.isName("and")) {
            if (token.isName("is")) {
                throw tokens.failure("You cannot chain multiple tests with is");
            }
            arguments = new Calls.Written(List.of(postfix(primary())), Map.of(), null, null);
        }
        Expression tested = new Calls.Tested(target, name, test, arguments);
        return negative ? new Expressions.Not(tested) : tested;
    }

    private String dottedName() {
        StringBuilder name = new StringBuilder(tokens.name());
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.name());
        }
        return name.toString();
    }
}
