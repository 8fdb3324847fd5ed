package io.tesserae.llm.template;

import io.tesserae.llm.template.Token.Type;
import java.util.List;

/** Tokens under a cursor. */
final class TokenStream {

    private final List<Token> tokens;
    private int at;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(at);
    }

    Token following() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = current();
        if (!token.is(Type.END)) {
            at++;
        }
        return token;
    }

    boolean skipName(String name) {
        boolean found = current().isName(name);
        if (found) {
            next();
        }
        return found;
    }

    boolean skipOperator(String spelling) {
        boolean found = current().isOperator(spelling);
        if (found) {
            next();
        }
        return found;
    }

    void expectOperator(String spelling) {
        if (!skipOperator(spelling)) {
            throw failure("'" + spelling + "' is expected, not " + current());
        }
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw failure("'" + name + "' is expected, not " + current());
        }
    }

    String name() {
        return (String) expect(Type.NAME).value();
    }

    Token expect(Type type) {
        if (!current().is(type)) {
            throw failure((type == Type.NAME ? "a name" : "the end of the tag") + " is expected, not " + current());
        }
        return next();
    }

    TemplateException failure(String message) {
        return TemplateException.unsupported("line " + current().line() + ": " + message);
    }
}
