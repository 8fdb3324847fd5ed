package io.tesserae.llm.grammar;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What an answer may say, over one vocabulary. Shared by every sequence that asks for the same: what one has walked the others find worked out. Thread-safe.
 */
public final class Grammar {

    /** Bytes of token sets that one grammar keeps. */
    private static final long MOST_MASK_BYTES = 8L << 20;

    /** Bytes of the longest ending that is looked for. */
    private static final int LONGEST_ENDING = 1 << 18;

    private final Term root;
    private final TokenTrie tokens;
    private final int mostMasks;
    private final Deque<Term> masked = new ArrayDeque<>();

    /** {@code root} must have a string at all; its {@code Terms} belongs to this grammar from here on. */
    public Grammar(Term root, TokenTrie tokens) {
        this.root = root;
        this.tokens = tokens;
        this.mostMasks = (int) Math.max(16, MOST_MASK_BYTES / Math.max(1, tokens.vocabulary() / 8));
    }

    /** A guide for one answer, at its beginning. */
    public Guide guide() {
        return new Guide(this, root);
    }

    TokenTrie tokens() {
        return tokens;
    }

    Term root() {
        return root;
    }

    /** What can follow those bytes; none where they do not fit. */
    synchronized Term after(Term state, byte[] bytes) {
        Term here = state;
        for (int i = 0; i < bytes.length && here != root.terms.none(); i++) {
            here = here.after(bytes[i] & 0xff);
        }
        return here;
    }

    /** Tokens that fit, one bit each; not to be written to. */
    synchronized long[] fitting(Term state) {
        if (root.terms.crowded()) {
            root.terms.forget();
            masked.clear();
        }
        Term clipped = state.clipped(TokenTrie.LONGEST);
        if (clipped.mask == null) {
            clipped.mask = tokens.fitting(clipped);
            masked.add(clipped);
            if (masked.size() > mostMasks) {
                masked.poll().mask = null;
            }
        }
        return clipped.mask;
    }

    /** A shortest text that ends an answer from here. */
    synchronized byte[] shortest(Term state) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        state.writeShortest(out);
        return out.toByteArray();
    }

    /** The same in tokens; null where the vocabulary cannot write it, or it is longer than any answer. */
    int[] shortestTokens(Term state) {
        return state.shortest() > LONGEST_ENDING ? null : tokens.spell(shortest(state));
    }
}
