package io.tesserae.llm.scheduler;

/**
 * Bounds of the prefix cache.
 *
 * @param mostRows    rows that may hold what a finished sequence computed, beside those in use; 0 holds none, and running sequences share nothing either
 * @param leastTokens fewer tokens are computed anew rather than copied
 */
public record PrefixReuse(int mostRows, int leastTokens) {

    /** Everything is computed anew. */
    public static final PrefixReuse NONE = new PrefixReuse(0, 1);

    public PrefixReuse {
        if (mostRows < 0 || leastTokens < 1) {
            throw new IllegalArgumentException("tesserae.llm.prefix-cache.rows must be at least 0 and .least-tokens at least 1, not " + mostRows + " and "
                    + leastTokens);
        }
    }

    boolean enabled() {
        return mostRows > 0;
    }
}
