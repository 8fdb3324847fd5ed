package io.tesserae.llm.template;

import java.time.Clock;

/** State of one rendering, and the bounds that keep a hostile template from holding a thread or the memory. */
final class Rendering {

    /** Statements run, items walked and (in sixty-fours) characters copied: seconds of work, and a hundred times what a long conversation needs. */
    private static final long MOST_STEPS = 20_000_000;
    /** Characters of the output and of any text made on the way. */
    private static final int LONGEST_TEXT = 32 << 20;
    /** Calls of macros within macros: about what Python's own stack holds. */
    private static final int DEEPEST = 150;

    private static final ThreadLocal<Rendering> CURRENT = new ThreadLocal<>();

    private final Clock clock;
    private StringBuilder out = new StringBuilder();
    private long steps;
    private int depth;

    Rendering(Clock clock) {
        this.clock = clock;
    }

    Clock clock() {
        return clock;
    }

    void step() {
        spend(1);
    }

    void spend(long count) {
        steps += count;
        if (steps > MOST_STEPS) {
            throw TemplateException.limit("more than " + MOST_STEPS + " steps");
        }
    }

    /** A text about to be made or read through. */
    void length(long characters) {
        fits(characters);
        spend(1 + characters / 64);
    }

    /** The length that a text being made has reached. */
    void fits(long characters) {
        if (characters > LONGEST_TEXT) {
            throw TemplateException.limit("a text of more than " + LONGEST_TEXT + " characters");
        }
    }

    /**
     * The rendering of this thread. Only for comparing and printing: Java's own sorting and joining call them, with no place for one more argument, and lists
     * that hold one list many times make either take for ever.
     */
    static Rendering current() {
        return CURRENT.get();
    }

    /** Runs a template's tree. */
    String run(Statement tree, Scope scope) {
        Rendering outer = CURRENT.get();
        CURRENT.set(this);
        try {
            tree.run(scope);
            return out.toString();
        } finally {
            CURRENT.set(outer);
        }
    }

    void write(String text) {
        length(text.length());
        if (out.length() + (long) text.length() > LONGEST_TEXT) {
            throw TemplateException.limit("a prompt of more than " + LONGEST_TEXT + " characters");
        }
        out.append(text);
    }

    void enter() {
        if (++depth > DEEPEST) {
            throw TemplateException.limit("more than " + DEEPEST + " calls within calls");
        }
    }

    void leave() {
        depth--;
    }

    /** What this body prints, kept from the output. */
    String capture(Statement body, Scope scope) {
        StringBuilder outer = out;
        out = new StringBuilder();
        try {
            body.run(scope);
            return out.toString();
        } finally {
            out = outer;
        }
    }
}
