package io.tesserae.llm.grammar;

import java.io.ByteArrayOutputStream;

/** A term so many times. Its counts go down as it is walked. */
final class RepeatTerm extends Term {

    private final Term body;
    private final int least;
    private final int most;

    RepeatTerm(Terms terms, Term body, int least, int most) {
        super(terms, least == 0);
        this.body = body;
        this.least = least;
        this.most = most;
    }

    @Override
    Term derive(int value) {
        int left = most == Terms.UNBOUNDED ? most : most - 1;
        return terms.then(body.after(value), terms.repeat(body, Math.max(0, least - 1), left));
    }

    @Override
    long measure() {
        return least == 0 ? 0 : Math.min(NEVER, least * Math.min(body.shortest(), NEVER / Math.max(1, least)));
    }

    @Override
    void writeShortest(ByteArrayOutputStream out) {
        for (int i = 0; i < least; i++) {
            body.writeShortest(out);
        }
    }

    @Override
    Term clip(int bytes) {
        return terms.repeat(body, Math.min(least, bytes), most > bytes ? Terms.UNBOUNDED : most);
    }
}
