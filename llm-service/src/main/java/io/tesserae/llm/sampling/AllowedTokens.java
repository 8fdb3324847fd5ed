package io.tesserae.llm.sampling;

/** Which tokens may come next. */
public interface AllowedTokens {

    /** Whether that token may. Costs little, where {@link #forbidOthers} costs a pass over the vocabulary. */
    boolean allows(int token);

    /** Makes every token impossible that may not. */
    void forbidOthers(float[] logits);
}
