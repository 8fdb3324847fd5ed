package io.tesserae.llm.grammar;

import java.io.ByteArrayOutputStream;

/** What is left of a text of which so many bytes were said. */
final class LiteralTerm extends Term {

    private final byte[] bytes;
    private final String text;
    private final int from;

    LiteralTerm(Terms terms, byte[] bytes, String text, int from) {
        super(terms, false);
        this.bytes = bytes;
        this.text = text;
        this.from = from;
    }

    @Override
    Term derive(int value) {
        return (bytes[from] & 0xff) == value ? terms.literal(bytes, text, from + 1) : terms.none();
    }

    @Override
    long measure() {
        return bytes.length - from;
    }

    @Override
    void writeShortest(ByteArrayOutputStream out) {
        out.write(bytes, from, bytes.length - from);
    }
}
