package io.tesserae.llm.grammar;

import java.io.ByteArrayOutputStream;

/** One byte of a set. */
final class BytesTerm extends Term {

    private final ByteSet set;

    BytesTerm(Terms terms, ByteSet set) {
        super(terms, false);
        this.set = set;
    }

    @Override
    Term derive(int value) {
        return set.has(value) ? terms.empty() : terms.none();
    }

    @Override
    long measure() {
        return 1;
    }

    @Override
    void writeShortest(ByteArrayOutputStream out) {
        out.write(set.simplest());
    }
}
