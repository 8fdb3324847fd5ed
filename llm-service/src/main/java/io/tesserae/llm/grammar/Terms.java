package io.tesserae.llm.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Makes the terms of one grammar, each once. For one thread at a time. */
public final class Terms {

    /** A repetition without a bound. */
    public static final int UNBOUNDED = Integer.MAX_VALUE;
    /** Terms that keep their transitions; beyond it all are forgotten and worked out again as needed. A table takes about 1 KiB. */
    private static final int MOST_TABLES = 16_384;

    private final Map<List<Object>, Term> made = new HashMap<>();
    private final List<Term> tables = new ArrayList<>();
    private final List<RuleTerm> rules = new ArrayList<>();
    /** In the order they were made, parts before wholes; null once the rules are said. */
    private List<Term> measured = new ArrayList<>();
    private int nextId;
    private final Term none = new Leaf(this, false);
    private final Term empty = new Leaf(this, true);

    int nextId() {
        return nextId++;
    }

    void tabled(Term term) {
        tables.add(term);
    }

    /** Whether so much is kept that it should be forgotten before more is added. */
    boolean crowded() {
        return tables.size() > MOST_TABLES || made.size() > 8 * MOST_TABLES;
    }

    /** Forgets transitions, and which terms were made: those that somebody holds go on working. */
    void forget() {
        tables.forEach(Term::forget);
        tables.clear();
        made.clear();
    }

    private Term once(List<Object> key, Supplier<Term> fresh) {
        Term term = made.get(key);
        if (term == null) {
            term = fresh.get();
            // Of its parts it is known already: nothing is ever measured deeply.
            term.shortest();
            made.put(key, term);
            if (measured != null) {
                measured.add(term);
            }
        }
        return term;
    }

    /** No string at all. */
    public Term none() {
        return none;
    }

    /** The empty string. */
    public Term empty() {
        return empty;
    }

    /** One byte of these. */
    Term bytes(ByteSet set) {
        return set.isEmpty() ? none : once(List.of("bytes", set), () -> new BytesTerm(this, set));
    }

    /** Exactly this text. */
    public Term literal(String text) {
        return literal(text.getBytes(StandardCharsets.UTF_8), text, 0);
    }

    Term literal(byte[] bytes, String text, int from) {
        return from == bytes.length ? empty : once(List.of("literal", text, from), () -> new LiteralTerm(this, bytes, text, from));
    }

    /** One after the other. */
    public Term sequence(Term... parts) {
        Term sequence = empty;
        for (int i = parts.length - 1; i >= 0; i--) {
            sequence = then(parts[i], sequence);
        }
        return sequence;
    }

    Term then(Term head, Term tail) {
        if (head == none || tail == none) {
            return none;
        }
        if (head == empty) {
            return tail;
        }
        if (tail == empty) {
            return head;
        }
        if (head instanceof SequenceTerm sequence) {
            return then(sequence.head, then(sequence.tail, tail));
        }
        return once(List.of("then", head.id, tail.id), () -> new SequenceTerm(this, head, tail));
    }

    /** Any of these. */
    public Term either(Term... choices) {
        return either(List.of(choices));
    }

    /** Any of these. */
    public Term either(List<Term> choices) {
        TreeMap<Integer, Term> distinct = new TreeMap<>();
        for (Term choice : choices) {
            if (choice instanceof EitherTerm several) {
                several.choices.forEach(one -> distinct.put(one.id, one));
            } else if (choice != none) {
                distinct.put(choice.id, choice);
            }
        }
        if (distinct.size() <= 1) {
            return distinct.isEmpty() ? none : distinct.firstEntry().getValue();
        }
        return once(List.of("either", List.copyOf(distinct.keySet())), () -> new EitherTerm(this, List.copyOf(distinct.values())));
    }

    /** This or nothing. */
    public Term optional(Term term) {
        return either(term, empty);
    }

    /** That many times, from {@code least} to {@code most}. */
    public Term repeat(Term body, int least, int most) {
        if (most == 0 || body == empty) {
            return empty;
        }
        if (body == none) {
            return least == 0 ? empty : none;
        }
        int needed = body.nullable ? 0 : least;
        if (needed == 1 && most == 1) {
            return body;
        }
        return once(List.of("repeat", body.id, needed, most), () -> new RepeatTerm(this, body, needed, most));
    }

    /** What an automaton accepts from that state on. */
    Term state(Automaton automaton, int state) {
        return state < 0 ? none : once(List.of("state", automaton, state), () -> new StateTerm(this, automaton, state));
    }

    /** A rule that is said later and may name itself; never the empty string. */
    public RuleTerm rule(String name) {
        RuleTerm rule = new RuleTerm(this, name);
        rules.add(rule);
        return rule;
    }

    /** All rules are said: works out which of them can ever end. */
    public void rulesAreSaid() {
        boolean changed = true;
        while (changed) {
            changed = false;
            measured.forEach(Term::measureAgain);
            for (RuleTerm rule : rules) {
                changed |= rule.learn();
            }
        }
        measured = null;
    }

    /** The only string of none, or the empty one. */
    private static final class Leaf extends Term {

        Leaf(Terms terms, boolean nullable) {
            super(terms, nullable);
        }

        @Override
        Term derive(int value) {
            return terms.none();
        }

        @Override
        long measure() {
            return nullable ? 0 : NEVER;
        }

        @Override
        void writeShortest(java.io.ByteArrayOutputStream out) {
            // Nothing to write.
        }
    }
}
