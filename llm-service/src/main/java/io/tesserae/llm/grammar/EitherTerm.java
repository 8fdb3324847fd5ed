package io.tesserae.llm.grammar;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Any of several terms. */
final class EitherTerm extends Term {

    final List<Term> choices;

    EitherTerm(Terms terms, List<Term> choices) {
        super(terms, choices.stream().anyMatch(choice -> choice.nullable));
        this.choices = choices;
    }

    @Override
    Term derive(int value) {
        List<Term> following = new ArrayList<>();
        for (Term choice : choices) {
            Term one = choice.after(value);
            if (one != terms.none()) {
                following.add(one);
            }
        }
        return terms.either(following);
    }

    @Override
    long measure() {
        return choices.stream().mapToLong(Term::shortest).min().orElse(NEVER);
    }

    @Override
    void writeShortest(ByteArrayOutputStream out) {
        Term best = choices.get(0);
        for (Term choice : choices) {
            best = choice.shortest() < best.shortest() ? choice : best;
        }
        best.writeShortest(out);
    }

    @Override
    Term clip(int bytes) {
        return terms.either(choices.stream().map(choice -> choice.clipped(bytes)).toList());
    }
}
