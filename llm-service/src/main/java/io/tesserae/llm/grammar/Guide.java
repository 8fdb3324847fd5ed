package io.tesserae.llm.grammar;

import io.tesserae.llm.sampling.AllowedTokens;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * Where one answer stands in its grammar. It lets through only tokens that the grammar allows, and, when no more tokens are left than it takes to end the
 * answer as the grammar wants it, it says them itself: an answer that runs out of tokens is whole all the same.
 */
public final class Guide {

    private final Grammar grammar;
    private Term state;
    /** Tokens that end the answer, once there is no room for others; null before that. */
    private int[] ending;
    private int ended;

    Guide(Grammar grammar, Term root) {
        this.grammar = grammar;
        this.state = root;
    }

    /** Tokens that the shortest answer takes, or more than there can be where the vocabulary cannot write it. */
    public int tokensToEnd() {
        int[] tokens = grammar.shortestTokens(state);
        return tokens == null ? Integer.MAX_VALUE : tokens.length;
    }

    /** What the sampler may choose from here and later; {@code ends}: tokens that end the answer, which may come only where it is whole. */
    public AllowedTokens allowed(Set<Long> ends) {
        return new AllowedTokens() {
            @Override
            public boolean allows(int token) {
                if (ends.contains((long) token)) {
                    return state.nullable;
                }
                byte[] bytes = grammar.tokens().bytesOf(token);
                return bytes.length > 0 && isSomething(grammar.after(state, bytes));
            }

            @Override
            public void forbidOthers(float[] logits) {
                long[] fitting = grammar.fitting(state).clone();
                ends.forEach(end -> set(fitting, end.intValue(), state.nullable));
                forbid(logits, fitting);
            }
        };
    }

    private static void set(long[] bits, int bit, boolean on) {
        bits[bit >> 6] = on ? bits[bit >> 6] | 1L << bit : bits[bit >> 6] & ~(1L << bit);
    }

    private static void forbid(float[] logits, long[] fitting) {
        for (int word = 0; word < fitting.length; word++) {
            long bits = fitting[word];
            int from = word << 6;
            int to = Math.min(logits.length, from + 64);
            if (bits == 0) {
                Arrays.fill(logits, from, to, Float.NEGATIVE_INFINITY);
            } else if (bits != -1) {
                for (int id = from; id < to; id++) {
                    if ((bits >>> id & 1) == 0) {
                        logits[id] = Float.NEGATIVE_INFINITY;
                    }
                }
            }
        }
    }

    /** Whether nothing more can follow. */
    public boolean complete() {
        return state.nullable && state == state.terms.empty();
    }

    /** Whether it was ended for want of room. */
    public boolean cutShort() {
        return ending != null;
    }

    /** The token that must come next because no room is left for another; negative where there is a choice. */
    public int forced() {
        return ending != null && ended < ending.length ? ending[ended] : -1;
    }

    /**
     * The token to take instead of that one: itself, or the first of those that end the answer.
     *
     * @param room tokens that the answer may still have, with this one
     */
    public int fitting(int token, int room) {
        byte[] bytes = grammar.tokens().bytesOf(token);
        if (bytes.length == 0) {
            return token;
        }
        Term following = grammar.after(state, bytes);
        if (following.shortest() < room) {
            // A byte is never less than a token.
            return token;
        }
        int[] then = grammar.shortestTokens(following);
        if (then != null && then.length < room) {
            return token;
        }
        int[] now = grammar.shortestTokens(state);
        if (now == null || now.length > room || now.length == 0) {
            return token;
        }
        ending = now;
        ended = 0;
        return now[0];
    }

    /** The answer has that token. */
    public void accept(long token) {
        byte[] bytes = grammar.tokens().bytesOf((int) token);
        if (bytes.length > 0) {
            Term following = grammar.after(state, bytes);
            state = isSomething(following) ? following : state;
            ended += ending == null ? 0 : 1;
        }
    }

    /** What makes a text whole that is cut off after {@code text}. */
    public String ending(String text) {
        Term there = grammar.after(grammar.root(), text.getBytes(StandardCharsets.UTF_8));
        return isSomething(there) ? new String(grammar.shortest(there), StandardCharsets.UTF_8) : "";
    }

    private static boolean isSomething(Term term) {
        return term != term.terms.none();
    }
}
