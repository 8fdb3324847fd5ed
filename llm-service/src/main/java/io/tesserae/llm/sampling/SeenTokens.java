package io.tesserae.llm.sampling;

import java.util.Arrays;

/** Which tokens a sequence has seen, and how often each was generated. Kept only for sequences with penalties. */
public final class SeenTokens {

    private final int[] generated;
    private final boolean[] seen;
    private int[] distinct = new int[64];
    private int size;

    public SeenTokens(int vocabulary) {
        generated = new int[vocabulary];
        seen = new boolean[vocabulary];
    }

    /** Notes a token of the prompt. An id beyond the vocabulary (an image token that is never embedded) has no logit to change. */
    public void prompt(long id) {
        if (id >= 0 && id < seen.length) {
            note((int) id);
        }
    }

    /** Notes a token of the answer. */
    public void generated(long id) {
        if (id >= 0 && id < seen.length) {
            note((int) id);
            generated[(int) id]++;
        }
    }

    private void note(int id) {
        if (seen[id]) {
            return;
        }
        seen[id] = true;
        if (size == distinct.length) {
            distinct = Arrays.copyOf(distinct, 2 * size);
        }
        distinct[size++] = id;
    }

    /** Applies the three penalties to a row of logits. */
    void penalise(float[] logits, SamplingOptions options) {
        for (int i = 0; i < size; i++) {
            int id = distinct[i];
            float logit = logits[id];
            logit = logit > 0 ? logit / options.repetitionPenalty() : logit * options.repetitionPenalty();
            if (generated[id] > 0) {
                logit -= options.frequencyPenalty() * generated[id] + options.presencePenalty();
            }
            logits[id] = logit;
        }
    }
}
