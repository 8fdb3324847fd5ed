package io.tesserae.llm.grammar;

import java.io.ByteArrayOutputStream;

/** A term that is named, so that it can stand in itself. */
public final class RuleTerm extends Term {

    private final String name;
    private Term body;
    private long known = NEVER;

    RuleTerm(Terms terms, String name) {
        super(terms, false);
        this.name = name;
    }

    /** Says what it stands for. */
    public void is(Term said) {
        if (said.nullable) {
            throw new IllegalArgumentException(name + " may be empty");
        }
        body = said;
    }

    /** Whether less is needed for it than was known. */
    boolean learn() {
        if (body == null) {
            // What it was to stand for was refused, and it stands nowhere.
            return false;
        }
        long now = body.measureAgain();
        boolean shorter = now < known;
        known = now;
        measureAgain();
        return shorter;
    }

    @Override
    Term derive(int value) {
        return body.after(value);
    }

    @Override
    long measure() {
        return known;
    }

    @Override
    void writeShortest(ByteArrayOutputStream out) {
        body.writeShortest(out);
    }
}
