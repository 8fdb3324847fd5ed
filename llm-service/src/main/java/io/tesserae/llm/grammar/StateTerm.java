package io.tesserae.llm.grammar;

import java.io.ByteArrayOutputStream;

/** What an automaton accepts from a state on. */
final class StateTerm extends Term {

    private final Automaton automaton;
    private final int state;

    StateTerm(Terms terms, Automaton automaton, int state) {
        super(terms, automaton.accepts(state));
        this.automaton = automaton;
        this.state = state;
    }

    @Override
    Term derive(int value) {
        return terms.state(automaton, automaton.next(state, value));
    }

    @Override
    long measure() {
        return automaton.distance(state);
    }

    @Override
    void writeShortest(ByteArrayOutputStream out) {
        automaton.writeShortest(state, out);
    }
}
