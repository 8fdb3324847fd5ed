package io.tesserae.llm.grammar;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A deterministic automaton over bytes, all of whose states can reach an accepting one. Made where several conditions must hold at once: only the whole of it
 * tells whether a beginning can still be ended.
 */
public final class Automaton {

    private static final int DEAD = -1;

    /** [state][byte class] */
    private final int[][] next;
    private final int[] classOf;
    private final boolean[] accepts;
    private final int[] distance;

    /** @param table [state][256], negative for nowhere; state 0 is the first */
    private Automaton(int[][] table, boolean[] accepts) {
        this.accepts = accepts;
        this.distance = distances(table, accepts);
        for (int[] row : table) {
            for (int value = 0; value < 256; value++) {
                row[value] = row[value] >= 0 && distance[row[value]] < Integer.MAX_VALUE ? row[value] : DEAD;
            }
        }
        this.classOf = new int[256];
        Map<List<Integer>, Integer> columns = new HashMap<>();
        for (int value = 0; value < 256; value++) {
            int byteValue = value;
            List<Integer> column = Arrays.stream(table).map(row -> row[byteValue]).toList();
            classOf[value] = columns.computeIfAbsent(column, fresh -> columns.size());
        }
        this.next = new int[table.length][columns.size()];
        for (int state = 0; state < table.length; state++) {
            for (int value = 0; value < 256; value++) {
                next[state][classOf[value]] = table[state][value];
            }
        }
    }

    private static int[] distances(int[][] table, boolean[] accepts) {
        int[] distance = new int[table.length];
        boolean changed = true;
        for (int state = 0; state < table.length; state++) {
            distance[state] = accepts[state] ? 0 : Integer.MAX_VALUE;
        }
        while (changed) {
            changed = false;
            for (int state = table.length - 1; state >= 0; state--) {
                for (int following : table[state]) {
                    if (following >= 0 && distance[following] < distance[state] - 1) {
                        distance[state] = distance[following] + 1;
                        changed = true;
                    }
                }
            }
        }
        return distance;
    }

    /**
     * Strings that are in each of {@code all} and in none of {@code none}, as a term; none where it takes more than {@code mostStates}.
     */
    public static Optional<Term> of(Terms terms, List<Term> all, List<Term> none, int mostStates) {
        Map<List<Term>, Integer> numbers = new HashMap<>();
        List<int[]> rows = new ArrayList<>();
        List<List<Term>> states = new ArrayList<>();
        Deque<Integer> open = new ArrayDeque<>();
        List<Term> first = new ArrayList<>(all);
        first.addAll(none);
        numbers.put(first, 0);
        states.add(first);
        open.add(0);
        while (!open.isEmpty()) {
            List<Term> state = states.get(open.poll());
            int[] row = new int[256];
            for (int value = 0; value < 256; value++) {
                List<Term> following = step(terms, state, all.size(), value);
                if (following == null) {
                    row[value] = DEAD;
                    continue;
                }
                Integer number = numbers.get(following);
                if (number == null) {
                    if (states.size() == mostStates) {
                        return Optional.empty();
                    }
                    number = states.size();
                    numbers.put(following, number);
                    states.add(following);
                    open.add(number);
                }
                row[value] = number;
            }
            rows.add(row);
        }
        boolean[] accepts = new boolean[states.size()];
        for (int i = 0; i < accepts.length; i++) {
            List<Term> state = states.get(i);
            accepts[i] = state.subList(0, all.size()).stream().allMatch(term -> term.nullable)
                    && state.subList(all.size(), state.size()).stream().noneMatch(term -> term.nullable);
        }
        Automaton automaton = new Automaton(rows.toArray(int[][]::new), accepts);
        return Optional.of(automaton.distance[0] == Integer.MAX_VALUE ? terms.none() : terms.state(automaton, 0));
    }

    private static List<Term> step(Terms terms, List<Term> state, int all, int value) {
        List<Term> following = new ArrayList<>(state.size());
        for (int i = 0; i < state.size(); i++) {
            Term one = state.get(i).after(value);
            if (i < all && one == terms.none()) {
                return null;
            }
            following.add(one);
        }
        return following;
    }

    /** Any bytes, but not that text in them. */
    public static Term without(Terms terms, byte[] text) {
        int[][] table = new int[text.length][256];
        for (int matched = 0; matched < text.length; matched++) {
            for (int value = 0; value < 256; value++) {
                table[matched][value] = matchedAfter(text, matched, value);
                if (table[matched][value] == text.length) {
                    table[matched][value] = DEAD;
                }
            }
        }
        boolean[] accepts = new boolean[text.length];
        Arrays.fill(accepts, true);
        return terms.state(new Automaton(table, accepts), 0);
    }

    private static int matchedAfter(byte[] text, int matched, int value) {
        byte[] seen = Arrays.copyOf(text, matched + 1);
        seen[matched] = (byte) value;
        for (int length = matched + 1; length > 0; length--) {
            if (Arrays.equals(text, 0, length, seen, matched + 1 - length, matched + 1)) {
                return length;
            }
        }
        return 0;
    }

    /** Decimal integers, with a minus or without, that {@code divisor} divides; leading zeros too. */
    public static Term multiples(Terms terms, int divisor) {
        int[][] table = new int[divisor + 2][256];
        boolean[] accepts = new boolean[divisor + 2];
        for (int state = 0; state < table.length; state++) {
            Arrays.fill(table[state], DEAD);
            int remainder = state < 2 ? 0 : state - 2;
            for (int digit = 0; digit < 10; digit++) {
                table[state]['0' + digit] = 2 + (remainder * 10 + digit) % divisor;
            }
        }
        table[0]['-'] = 1;
        accepts[2] = true;
        return terms.state(new Automaton(table, accepts), 0);
    }

    boolean accepts(int state) {
        return accepts[state];
    }

    /** Negative where nothing can follow. */
    int next(int state, int value) {
        return next[state][classOf[value]];
    }

    int distance(int state) {
        return distance[state];
    }

    void writeShortest(int from, ByteArrayOutputStream out) {
        int state = from;
        while (distance[state] > 0) {
            int nearer = distance[state] - 1;
            int here = state;
            OptionalInt value = IntStream.concat("0aA -".chars(), IntStream.range(0, 256))
                    .filter(one -> next(here, one) >= 0 && distance[next(here, one)] == nearer).findFirst();
            out.write(value.getAsInt());
            state = next(state, value.getAsInt());
        }
    }
}
