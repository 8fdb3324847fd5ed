package io.tesserae.llm.scheduler;

/**
 * Bounds of the prefix cache.
 *
 * @param mostRows    rows that may hold what a finished sequence computed, beside those in use; 0 holds none, and running sequences share nothing either
 * @param mostTokens  tokens that such rows may take together, each counted as long as the longest row: what the KV cache may grow by for their sake
 * @param leastTokens fewer tokens are computed anew rather than copied
 */
public record PrefixReuse(int mostRows, int mostTokens, int leastTokens) {

    /** Everything is computed anew. */
    public static final PrefixReuse NONE = new PrefixReuse(0, 0, 1);

    public PrefixReuse {
        if (mostRows < 0 || mostTokens < 0 || leastTokens < 1) {
            throw new IllegalArgumentException("tesserae.llm.prefix-cache.rows and .tokens must be at least 0 and .least-tokens at least 1, not " + mostRows
                    + ", " + mostTokens + " and " + leastTokens);
        }
    }

    boolean enabled() {
        return mostRows > 0;
    }
}
