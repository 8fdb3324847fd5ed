package io.tesserae.llm.grammar;

import java.io.ByteArrayOutputStream;

/**
 * A set of byte strings, made by {@link Terms}; two terms of one {@code Terms} with the same parts are the same object. Immutable to whoever looks; what is
 * worked out about it is kept in it.
 */
public abstract class Term {

    /** Bytes of a shortest string where there is none. */
    static final long NEVER = Long.MAX_VALUE / 4;

    final Terms terms;
    final int id;
    /** Whether the empty string is one of them. */
    final boolean nullable;
    private long shortest = -1;
    private Term[] next;
    private Term clipped;
    private int clippedTo;
    /** Tokens that fit here, one bit each; null until somebody asks. */
    long[] mask;

    Term(Terms terms, boolean nullable) {
        this.terms = terms;
        this.id = terms.nextId();
        this.nullable = nullable;
    }

    /** What can follow this byte; {@link Terms#none} where nothing can. */
    final Term after(int value) {
        if (next == null) {
            next = new Term[256];
            terms.tabled(this);
        }
        Term following = next[value];
        if (following == null) {
            following = derive(value);
            following = following.shortest() >= NEVER ? terms.none() : following;
            if (next != null) {
                next[value] = following;
            }
        }
        return following;
    }

    /** Whether that text is one of them. */
    public final boolean takes(String text) {
        Term here = this;
        for (byte value : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
            here = here.after(value & 0xff);
        }
        return here.nullable;
    }

    /** Forgets what was worked out about what follows. */
    final void forget() {
        next = null;
        mask = null;
        clipped = null;
    }

    abstract Term derive(int value);

    /** Bytes of a shortest string of the set, {@link #NEVER} where it is empty or not known yet to have one. */
    final long shortest() {
        return shortest < 0 ? measureAgain() : shortest;
    }

    /** Works the same out anew, from what is known of its parts now. */
    final long measureAgain() {
        shortest = Math.min(NEVER, measure());
        return shortest;
    }

    abstract long measure();

    /** Writes a shortest string. */
    abstract void writeShortest(ByteArrayOutputStream out);

    /**
     * A term that lets the same through for any text of at most {@code bytes} bytes: counts that are further away than that do not matter. Long strings
     * of bounded length have as few different states for the sampler as that.
     */
    final Term clipped(int bytes) {
        if (clipped == null || clippedTo != bytes) {
            clipped = clip(bytes);
            clippedTo = bytes;
        }
        return clipped;
    }

    Term clip(int bytes) {
        return this;
    }
}
