package io.tesserae.llm.sampling;

import java.util.Arrays;

/**
 * Log-probabilities of one position, as the model itself gives them: before bias, penalties, temperature and filters.
 *
 * @param chosen   natural logarithm of the chosen token's probability
 * @param ids      the likeliest tokens in falling order, the lower id first among equals
 * @param logprobs theirs
 */
public record Logprobs(float chosen, int[] ids, float[] logprobs) {

    /** Of a row of unchanged logits, [vocabulary]. */
    public static Logprobs of(float[] logits, int chosen, int top) {
        float logSum = logSum(logits);
        int[] ids = new int[Math.min(top, logits.length)];
        int size = 0;
        for (int id = 0; id < logits.length && ids.length > 0; id++) {
            if (size == ids.length && logits[id] <= logits[ids[size - 1]]) {
                continue;
            }
            int place = size < ids.length ? size++ : size - 1;
            while (place > 0 && logits[ids[place - 1]] < logits[id]) {
                ids[place] = ids[place - 1];
                place--;
            }
            ids[place] = id;
        }
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = logits[ids[i]] - logSum;
        }
        return new Logprobs(logits[chosen] - logSum, Arrays.copyOf(ids, size), values);
    }

    private static float logSum(float[] logits) {
        float highest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            highest = Math.max(highest, logit);
        }
        double total = 0;
        for (float logit : logits) {
            total += Exponential.of(logit - highest);
        }
        return (float) (highest + Math.log(total));
    }
}
