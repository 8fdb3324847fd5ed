package io.tesserae.llm.scheduler;

/**
 * Guesses how an answer goes on by what followed the same words before, in its prompt or in itself (prompt-lookup decoding). Each guess is checked by
 * the model: one run over the last token and the guessed ones gives the logits that as many single steps would, and the answer takes its tokens from them
 * until one is not the guessed one.
 *
 * @param most        tokens guessed at once; 0 guesses nothing
 * @param ngram       fewest last tokens that must have stood there before
 * @param mostRunning answers that may run at once: a check is a run of its own, which holds the others up
 */
public record PromptLookup(int most, int ngram, int mostRunning) {

    /** Nothing is guessed. */
    public static final PromptLookup OFF = new PromptLookup(0, 2, 0);
    /** The longest match that is told from a longer one. */
    private static final int LONGEST = 16;

    public PromptLookup {
        if (most < 0 || ngram < 1 || mostRunning < 0) {
            throw new IllegalArgumentException("tesserae.llm.speculation.most-tokens and .most-running must be at least 0 and .ngram at least 1, not " + most
                    + ", " + mostRunning + " and " + ngram);
        }
    }

    /**
     * Guesses what follows the first {@code size} tokens and writes it behind them.
     *
     * @param tokens with room for {@code most} more
     * @return tokens that were guessed, at most {@code most}
     */
    int guess(long[] tokens, int size, int most) {
        int best = 0;
        int source = -1;
        for (int end = size - 1; end >= ngram && best < LONGEST; end--) {
            int length = 0;
            while (length < LONGEST && length < end && tokens[end - 1 - length] == tokens[size - 1 - length]) {
                length++;
            }
            if (length > best) {
                best = length;
                source = end;
            }
        }
        if (best < ngram) {
            return 0;
        }
        // Where it repeats what is guessed itself, copying goes on in it.
        for (int i = 0; i < most; i++) {
            tokens[size + i] = tokens[source + i];
        }
        return most;
    }
}
