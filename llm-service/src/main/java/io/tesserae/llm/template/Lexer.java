package io.tesserae.llm.template;

import io.tesserae.llm.template.Token.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Source to tokens with jinja2's {@code trim_blocks} and {@code lstrip_blocks}: the newline after a block or comment goes, and so do the blanks
 * before one at a line's start; {@code -} strips more and {@code +} keeps all.
 */
final class Lexer {

    // Python's \s, which is wider than Java's
    private static final String SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
    private static final Pattern OPENING = Pattern.compile("\\{%([-+]?)" + SPACE + "*raw" + SPACE + "*(?:-%\\}" + SPACE + "*|%\\})|\\{([{%#])([-+]?)");
    private static final Pattern COMMENT_END = Pattern.compile("\\+#\\}|-#\\}" + SPACE + "*|#\\}\\n?");
    private static final Pattern RAW_END =
            Pattern.compile("\\{%([-+]?)" + SPACE + "*endraw" + SPACE + "*(?:\\+%\\}|-%\\}" + SPACE + "*|%\\}\\n?)");
    private static final Pattern BLOCK_END = Pattern.compile("\\+%\\}|-%\\}" + SPACE + "*|%\\}\\n?");
    private static final Pattern VARIABLE_END = Pattern.compile("-\\}\\}" + SPACE + "*|\\}\\}");
    private static final Pattern BLANK = Pattern.compile(SPACE + "+");
    private static final Pattern FLOAT = Pattern.compile("(?<!\\.)(?:\\d+_)*\\d+(?:(?:\\.(?:\\d+_)*\\d+)?[eE][+-]?(?:\\d+_)*\\d+|\\.(?:\\d+_)*\\d+)");
    private static final Pattern INTEGER = Pattern.compile("0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?\\d)*|0(?:_?0)*");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}\\p{M}_]+");
    private static final Pattern OPERATOR = Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+/*%~\\[\\](){}<>=.:|,;]");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private boolean lineStarting = true;

    private Lexer(String source) {
        String lines = source.replace("\r\n", "\n").replace('\r', '\n');
        this.source = lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
    }

    static List<Token> tokens(String source) {
        Lexer lexer = new Lexer(source);
        lexer.root();
        return lexer.tokens;
    }

    private void root() {
        Matcher opening = OPENING.matcher(source);
        while (opening.find(at)) {
            boolean raw = opening.group(2) == null;
            String sign = opening.group(raw ? 1 : 3);
            boolean variable = "{".equals(opening.group(2));
            data(before(source.substring(at, opening.start()), sign, !variable));
            advance(opening.end());
            if (raw) {
                raw();
            } else if (variable) {
                add(Type.VARIABLE_BEGIN, "{{");
                code(VARIABLE_END, Type.VARIABLE_END);
            } else if ("%".equals(opening.group(2))) {
                add(Type.BLOCK_BEGIN, "{%");
                code(BLOCK_END, Type.BLOCK_END);
            } else {
                Matcher end = COMMENT_END.matcher(source);
                if (!end.find(at)) {
                    throw TemplateException.unsupported("line " + line + ": comment is not closed");
                }
                advance(end.end());
            }
        }
        data(source.substring(at));
        add(Type.END, "");
    }

    /** Text before a tag, with what the tag's sign or lstrip_blocks takes from its end. */
    private String before(String text, String sign, boolean strippable) {
        if ("-".equals(sign)) {
            return PythonText.strip(text, null, false, true);
        }
        if (!"+".equals(sign) && strippable) {
            int lineStart = text.lastIndexOf('\n') + 1;
            if ((lineStart > 0 || lineStarting) && PythonText.strip(text.substring(lineStart), null, true, true).isEmpty()) {
                return text.substring(0, lineStart);
            }
        }
        return text;
    }

    private void raw() {
        Matcher end = RAW_END.matcher(source);
        if (!end.find(at)) {
            throw TemplateException.unsupported("line " + line + ": raw block is not closed");
        }
        data(before(source.substring(at, end.start()), end.group(1), true));
        advance(end.end());
    }

    private void code(Pattern closing, Type closed) {
        Deque<Character> open = new ArrayDeque<>();
        while (true) {
            if (at >= source.length()) {
                throw TemplateException.unsupported("line " + line + ": tag is not closed");
            }
            String found;
            if (open.isEmpty() && (found = match(closing)) != null) {
                add(closed, found);
                advance(at + found.length());
                return;
            }
            if ((found = match(BLANK)) == null) {
                found = token(open);
            }
            advance(at + found.length());
        }
    }

    private String token(Deque<Character> open) {
        String found;
        char first = source.charAt(at);
        if ((found = match(FLOAT)) != null) {
            add(Type.FLOAT, Double.valueOf(found.replace("_", "")));
        } else if ((found = match(INTEGER)) != null) {
            add(Type.INTEGER, PythonNumbers.literal(found.replace("_", "")));
        } else if ((found = match(NAME)) != null) {
            add(Type.NAME, found);
        } else if (first == '\'' || first == '"') {
            found = StringLiteral.at(source, at, line);
            add(Type.STRING, StringLiteral.decode(found.substring(1, found.length() - 1)));
        } else if ((found = match(OPERATOR)) != null) {
            balance(open, found);
            add(Type.OPERATOR, found);
        } else {
            throw TemplateException.unsupported("line " + line + ": unexpected character '" + Character.toString(source.codePointAt(at)) + "'");
        }
        return found;
    }

    private void balance(Deque<Character> open, String operator) {
        switch (operator) {
            case "{" -> open.push('}');
            case "(" -> open.push(')');
            case "[" -> open.push(']');
            case "}", ")", "]" -> {
                if (open.isEmpty() || open.pop() != operator.charAt(0)) {
                    throw TemplateException.unsupported("line " + line + ": unexpected '" + operator + "'");
                }
            }
            default -> { }
        }
    }

    private String match(Pattern pattern) {
        Matcher matcher = pattern.matcher(source).region(at, source.length()).useTransparentBounds(true);
        return matcher.lookingAt() ? matcher.group() : null;
    }

    private void data(String text) {
        if (!text.isEmpty()) {
            add(Type.DATA, text);
        }
    }

    private void add(Type type, Object value) {
        tokens.add(new Token(type, value, line));
    }

    private void advance(int to) {
        for (int i = at; i < to; i++) {
            if (source.charAt(i) == '\n') {
                line++;
            }
        }
        lineStarting = to > at ? source.charAt(to - 1) == '\n' : lineStarting;
        at = to;
    }
}
