package io.tesserae.llm.template;

/** Quoted text in a template, with Python's escapes. */
final class StringLiteral {

    private StringLiteral() {
    }

    /** The literal that starts at this quote, quotes included. */
    static String at(String source, int start, int line) {
        char quote = source.charAt(start);
        for (int i = start + 1; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == quote) {
                return source.substring(start, i + 1);
            }
        }
        throw TemplateException.unsupported("line " + line + ": string is not closed");
    }

    static String decode(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c != '\\' || i == text.length()) {
                out.append(c);
                continue;
            }
            char escape = text.charAt(i++);
            switch (escape) {
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case 'r' -> out.append('\r');
                case 'a' -> out.append('\007');
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'v' -> out.append('\013');
                case '\\', '\'', '"' -> out.append(escape);
                case '\n' -> { }
                case 'x' -> i = codePoint(text, i, 2, out);
                case 'u' -> i = codePoint(text, i, 4, out);
                case 'U' -> i = codePoint(text, i, 8, out);
                case 'N' -> throw TemplateException.unsupported("escape \\N{…} in a string");
                default -> {
                    if (escape >= '0' && escape <= '7') {
                        int end = i;
                        while (end < text.length() && end < i + 2 && text.charAt(end) >= '0' && text.charAt(end) <= '7') {
                            end++;
                        }
                        out.append((char) Integer.parseInt(text.substring(i - 1, end), 8));
                        i = end;
                    } else {
                        out.append('\\').append(escape);
                    }
                }
            }
        }
        return out.toString();
    }

    private static int codePoint(String text, int start, int digits, StringBuilder out) {
        try {
            out.appendCodePoint(Integer.parseInt(text.substring(start, start + digits), 16));
            return start + digits;
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw TemplateException.unsupported("malformed \\x or \\u escape in a string");
        }
    }
}
