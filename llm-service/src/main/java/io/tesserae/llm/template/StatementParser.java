package io.tesserae.llm.template;

import io.tesserae.llm.template.Token.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A template's tree from its tokens. */
final class StatementParser {

    private static final int DEEPEST = 100;
    private static final Set<String> NOT_OFFERED = Set.of("extends", "include", "import", "from", "block", "autoescape");

    private static final Set<String> CONSTANTS = Set.of("true", "True", "false", "False", "none", "None");

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private int depth;
    private int loops;

    private StatementParser(TokenStream tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    static Statement parse(String source) {
        StatementParser parser = new StatementParser(new TokenStream(Lexer.tokens(source)));
        return parser.statements(Set.of());
    }

    /** Up to a tag of one of these names, which is left as the current token; up to the template's end where there are none. */
    private Statement statements(Set<String> ends) {
        if (++depth > DEEPEST) {
            throw tokens.failure("tags nest more than " + DEEPEST + " deep");
        }
        List<Statement> body = new ArrayList<>();
        while (true) {
            Token token = tokens.next();
            switch (token.type()) {
                case DATA -> body.add(new Statements.Text((String) token.value()));
                case VARIABLE_BEGIN -> {
                    body.add(new Statements.Print(expressions.operands().tuple(true, false, null)));
                    tokens.expect(Type.VARIABLE_END);
                }
                case BLOCK_BEGIN -> {
                    if (tokens.current().is(Type.NAME) && ends.contains(tokens.current().value())) {
                        depth--;
                        return body.size() == 1 ? body.get(0) : new Statements.Block(body);
                    }
                    body.add(statement());
                    tokens.expect(Type.BLOCK_END);
                }
                default -> {
                    if (!ends.isEmpty()) {
                        throw tokens.failure("one of the tags " + ends + " is missing");
                    }
                    return new Statements.Block(body);
                }
            }
        }
    }

    /** Body of a tag up to one of these, whose name is passed over where it is the only one. */
    private Statement body(String... ends) {
        tokens.skipOperator(":");
        tokens.expect(Type.BLOCK_END);
        Statement body = statements(Set.of(ends));
        if (ends.length == 1) {
            tokens.next();
        }
        return body;
    }

    private Statement statement() {
        String tag = tokens.name();
        switch (tag) {
            case "if":
                return conditional();
            case "for":
                return loop();
            case "set":
                return set();
            case "macro":
                String name = tokens.name();
                return new Statements.Define(signature(name, "endmacro"));
            case "call":
                return call();
            case "with":
                return with();
            case "filter":
                return filterBlock();
            case "generation":
                return new Statements.Print(new Statements.Captured(unlooped("endgeneration")));
            case "print":
                return new Statements.Print(expressions.operands().tuple(true, false, null));
            case "break", "continue":
                if (loops == 0) {
                    throw tokens.failure("'" + tag + "' outside a loop");
                }
                return new Statements.Jump(tag.equals("break") ? Statement.Flow.BREAK : Statement.Flow.CONTINUE);
            default:
                throw tokens.failure(NOT_OFFERED.contains(tag) ? "the tag '" + tag + "' is not offered" : "unknown tag '" + tag + "'");
        }
    }

    private Statement conditional() {
        expressions.enterCondition();
        Expression condition = expressions.operands().tuple(false, false, null);
        Statement then = body("elif", "else", "endif");
        String next = tokens.name();
        Statement otherwise = switch (next) {
            case "elif" -> conditional();
            case "else" -> body("endif");
            default -> new Statements.Block(List.of());
        };
        expressions.leaveCondition();
        return new Statements.If(condition, then, otherwise);
    }

    private Statement loop() {
        loops++;
        Statements.Target target = target(false);
        loops--;
        tokens.expectName("in");
        Expression sequence = expressions.operands().tuple(false, false, "recursive");
        Expression condition = tokens.skipName("if") ? expressions.expression() : null;
        boolean recursive = tokens.skipName("recursive");
        loops++;
        Statement body = body("endfor", "else");
        loops--;
        Statement otherwise = tokens.name().equals("else") ? body("endfor") : new Statements.Block(List.of());
        return new ForLoop(target, sequence, condition, body, otherwise, recursive);
    }

    private Statement set() {
        Statements.Target target = target(true);
        if (tokens.skipOperator("=")) {
            return new Statements.Set(target, expressions.operands().tuple(true, false, null));
        }
        Pending pending = new Pending();
        Expression filtered = expressions.operands().filters(pending);
        pending.expression = new Statements.Captured(unlooped("endset"));
        return new Statements.Set(target, filtered);
    }

    private Statement filterBlock() {
        Pending pending = new Pending();
        Expression filtered = expressions.operands().filter(pending);
        filtered = expressions.operands().filters(filtered);
        pending.expression = new Statements.Captured(unlooped("endfilter"));
        return new Statements.Print(filtered);
    }

    /** A filter's target that stands after it in the source. */
    private static final class Pending implements Expression {

        private Expression expression;

        @Override
        public Object eval(Scope scope) {
            return expression.eval(scope);
        }
    }

    private Statement call() {
        List<String> parameters = new ArrayList<>();
        List<Expression> defaults = new ArrayList<>();
        if (tokens.current().isOperator("(")) {
            parameters(parameters, defaults);
        }
        if (!(expressions.expression() instanceof Calls.Call called)) {
            throw tokens.failure("a call is expected");
        }
        return new Statements.CallWithBody(called, signature("caller", parameters, defaults, "endcall"));
    }

    private Macro.Signature signature(String name, String end) {
        List<String> parameters = new ArrayList<>();
        List<Expression> defaults = new ArrayList<>();
        parameters(parameters, defaults);
        return signature(name, parameters, defaults, end);
    }

    private Macro.Signature signature(String name, List<String> parameters, List<Expression> defaults, String end) {
        Statement[] body = new Statement[1];
        Set<String> uses = expressions.collectNames(() -> body[0] = unlooped(end));
        return new Macro.Signature(name, parameters, defaults, body[0], uses);
    }

    /** A body that an outer loop's break cannot leave. */
    private Statement unlooped(String end) {
        int outer = loops;
        loops = 0;
        Statement body = body(end);
        loops = outer;
        return body;
    }

    private void parameters(List<String> parameters, List<Expression> defaults) {
        tokens.expectOperator("(");
        while (!tokens.skipOperator(")")) {
            if (!parameters.isEmpty()) {
                tokens.expectOperator(",");
            }
            parameters.add(tokens.name());
            if (tokens.skipOperator("=")) {
                defaults.add(expressions.expression());
            } else if (!defaults.isEmpty()) {
                throw tokens.failure("non-default argument follows default argument");
            }
        }
    }

    private Statement with() {
        List<Statements.Target> targets = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.current().is(Type.BLOCK_END)) {
            if (!targets.isEmpty()) {
                tokens.expectOperator(",");
            }
            targets.add(target(false));
            tokens.expectOperator("=");
            values.add(expressions.expression());
        }
        return new Statements.With(targets, values, body("endwith"));
    }

    /** {@code a}, {@code a, b}, {@code (a, b)}, or {@code a.b} where a namespace may be set. */
    private Statements.Target target(boolean attributes) {
        List<Statements.Target> targets = new ArrayList<>();
        boolean comma = false;
        do {
            if (tokens.current().isName("in") || tokens.current().isOperator("=") || tokens.current().isOperator(")")) {
                break;
            }
            if (tokens.skipOperator("(")) {
                targets.add(target(attributes));
                tokens.expectOperator(")");
            } else {
                String name = tokens.name();
                if (CONSTANTS.contains(name) || name.equals("loop") && loops > 0) {
                    throw tokens.failure("can't assign to '" + name + "'");
                }
                targets.add(attributes && tokens.skipOperator(".")
                        ? new Statements.AttributeTarget(name, tokens.name())
                        : new Statements.NameTarget(name));
            }
            comma |= tokens.current().isOperator(",");
        } while (tokens.skipOperator(","));
        if (targets.isEmpty()) {
            throw tokens.failure("a name to set is expected, not " + tokens.current());
        }
        return comma ? new Statements.TupleTarget(targets) : targets.get(0);
    }
}
