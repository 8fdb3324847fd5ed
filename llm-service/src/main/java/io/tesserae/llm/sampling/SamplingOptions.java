package io.tesserae.llm.sampling;

/**
 * How one answer's tokens are chosen; every value within its range. Ranges and meanings are those of {@code tesserae.llm.v1.Sampling}.
 *
 * @param temperature 0 is greedy
 * @param topK        0 is off
 * @param biasIds     tokens whose logits are moved, each once
 * @param biases      by how much, as long as {@code biasIds}
 */
public record SamplingOptions(
        float temperature,
        float topP,
        int topK,
        float minP,
        float repetitionPenalty,
        float frequencyPenalty,
        float presencePenalty,
        long seed,
        int[] biasIds,
        float[] biases) {

    /** Greedy, with nothing that changes a logit. */
    public static final SamplingOptions GREEDY = new SamplingOptions(0, 1, 0, 0, 1, 0, 0, 0, new int[0], new float[0]);

    /** Whether the likeliest token is always taken. */
    public boolean greedy() {
        return temperature == 0;
    }

    /** Whether tokens seen before change logits. */
    public boolean penalises() {
        return repetitionPenalty != 1 || frequencyPenalty != 0 || presencePenalty != 0;
    }
}
