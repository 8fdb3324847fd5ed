package io.tesserae.llm.sampling;

import java.util.Arrays;

/**
 * Chooses tokens. Holds scratch memory for one row of logits, so that a token costs no garbage; for one thread.
 */
public final class Sampler {

    private final int vocabulary;
    private final float[] scores;
    private final float[] best;
    private long[] candidates = new long[1024];
    private int count;

    public Sampler(int vocabulary) {
        this.vocabulary = vocabulary;
        this.scores = new float[vocabulary];
        this.best = new float[vocabulary];
    }

    /**
     * The next token, or -1 if the logits hold no finite maximum (a model that went wrong).
     *
     * @param logits   [vocabulary]; changed by bias and penalties
     * @param seen     the sequence's tokens so far; may be null where nothing is penalised
     * @param position tokens of the answer so far
     * @param allowed  what may be chosen from; null for everything
     */
    public int sample(float[] logits, SamplingOptions options, SeenTokens seen, long position, AllowedTokens allowed) {
        for (int i = 0; i < options.biasIds().length; i++) {
            logits[options.biasIds()[i]] += options.biases()[i];
        }
        if (seen != null && options.penalises()) {
            seen.penalise(logits, options);
        }
        int top = likeliest(logits);
        // Most often a model that was asked for a form keeps to it: then the likeliest token is the likeliest of those allowed.
        if (allowed != null && top >= 0 && !(options.greedy() && allowed.allows(top))) {
            allowed.forbidOthers(logits);
            top = likeliest(logits);
        }
        if (top < 0 || options.greedy()) {
            return top;
        }
        filter(logits, options, logits[top]);
        return draw(RandomStream.at(options.seed(), position), top);
    }

    /** The same, of all tokens. */
    public int sample(float[] logits, SamplingOptions options, SeenTokens seen, long position) {
        return sample(logits, options, seen, position, null);
    }

    private int likeliest(float[] logits) {
        // In two passes: the first is one that the compiler makes vector instructions of, the second ends where it finds it.
        float highest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < vocabulary; i++) {
            highest = Math.max(highest, logits[i]);
        }
        if (!Float.isFinite(highest)) {
            return -1;
        }
        int top = 0;
        while (logits[top] != highest) {
            top++;
        }
        return top;
    }

    /** Leaves in {@link #scores} each token's weight (probability without the common factor), 0 for those that are filtered out. */
    private void filter(float[] logits, SamplingOptions options, float highest) {
        float floor = options.topK() > 0 && options.topK() < vocabulary ? kthLargest(logits, options.topK()) : Float.NEGATIVE_INFINITY;
        float inverse = 1 / options.temperature();
        double total = 0;
        for (int i = 0; i < vocabulary; i++) {
            float weight = logits[i] >= floor ? Exponential.of((logits[i] - highest) * inverse) : 0;
            scores[i] = weight;
            total += weight;
        }
        if (options.topP() < 1) {
            keepNucleus(options.topP(), total);
        }
        if (options.minP() > 0) {
            // The likeliest token's weight is 1.
            for (int i = 0; i < vocabulary; i++) {
                scores[i] = scores[i] < options.minP() ? 0 : scores[i];
            }
        }
    }

    /** Tokens that tie with the k-th are all kept, as the reference does. */
    private float kthLargest(float[] logits, int k) {
        // best[0..k) is a heap with its smallest on top.
        System.arraycopy(logits, 0, best, 0, k);
        for (int i = k / 2 - 1; i >= 0; i--) {
            sink(i, k);
        }
        for (int i = k; i < vocabulary; i++) {
            if (logits[i] > best[0]) {
                best[0] = logits[i];
                sink(0, k);
            }
        }
        return best[0];
    }

    private void sink(int start, int size) {
        float value = best[start];
        int hole = start;
        while (2 * hole + 1 < size) {
            int child = 2 * hole + 1;
            if (child + 1 < size && best[child + 1] < best[child]) {
                child++;
            }
            if (best[child] >= value) {
                break;
            }
            best[hole] = best[child];
            hole = child;
        }
        best[hole] = value;
    }

    private void keepNucleus(float topP, double total) {
        // Tokens this unlikely cannot be needed: all of them together weigh less than what may be left out.
        float negligible = (float) ((1 - (double) topP) * total / vocabulary);
        count = 0;
        for (int i = 0; i < vocabulary; i++) {
            if (scores[i] > negligible) {
                add(i);
            }
            // Ordered by weight (positive floats order as their bits do), the lower id first among equals.
        }
        Arrays.sort(candidates, 0, count);
        double reached = 0;
        int kept = count;
        double wanted = topP * total;
        while (kept > 0 && reached < wanted) {
            reached += Float.intBitsToFloat((int) (candidates[--kept] >>> 32));
        }
        float last = kept < count ? Float.intBitsToFloat((int) (candidates[kept] >>> 32)) : 1;
        int lastId = kept < count ? idOf(candidates[kept]) : vocabulary;
        for (int i = 0; i < vocabulary; i++) {
            if (scores[i] < last || scores[i] == last && i > lastId) {
                scores[i] = 0;
            }
        }
    }

    private void add(int id) {
        if (count == candidates.length) {
            candidates = Arrays.copyOf(candidates, 2 * count);
        }
        candidates[count++] = (long) Float.floatToRawIntBits(scores[id]) << 32 | (Integer.MAX_VALUE - id);
    }

    private static int idOf(long candidate) {
        return Integer.MAX_VALUE - (int) candidate;
    }

    private int draw(double random, int top) {
        double total = 0;
        for (int i = 0; i < vocabulary; i++) {
            total += scores[i];
        }
        double target = random * total;
        double reached = 0;
        for (int i = 0; i < vocabulary; i++) {
            reached += scores[i];
            if (reached > target) {
                return i;
            }
        }
        return top;
    }

    /** The weights that the last token was drawn by, [vocabulary]; for tests. */
    float[] weights() {
        return scores;
    }
}
