package io.tesserae.llm.grammar;

import java.io.ByteArrayOutputStream;

/** One term, then another. */
final class SequenceTerm extends Term {

    final Term head;
    final Term tail;

    SequenceTerm(Terms terms, Term head, Term tail) {
        super(terms, head.nullable && tail.nullable);
        this.head = head;
        this.tail = tail;
    }

    @Override
    Term derive(int value) {
        Term within = terms.then(head.after(value), tail);
        return head.nullable ? terms.either(within, tail.after(value)) : within;
    }

    @Override
    long measure() {
        return head.shortest() + tail.shortest();
    }

    @Override
    void writeShortest(ByteArrayOutputStream out) {
        Term rest = this;
        while (rest instanceof SequenceTerm sequence) {
            sequence.head.writeShortest(out);
            rest = sequence.tail;
        }
        rest.writeShortest(out);
    }

    @Override
    Term clip(int bytes) {
        int left = (int) Math.max(0, bytes - head.shortest());
        return terms.then(head.clipped(bytes), left == 0 ? tail : tail.clipped(left));
    }
}
