package io.tesserae.gateway;

import java.util.Map;

/**
 * How the next token is chosen. A null field takes the checkpoint's own setting.
 *
 * @param temperature       0 (greedy) to 2
 * @param topP              above 0 to 1
 * @param topK              0 is off
 * @param minP              0 to 1
 * @param repetitionPenalty above 0; 1 is off
 * @param frequencyPenalty  −2 to 2
 * @param presencePenalty   −2 to 2
 * @param seed              key of the random stream
 * @param logitBias         added to logits by token id, −100 to 100; empty for none
 */
public record Sampling(
        Float temperature,
        Float topP,
        Integer topK,
        Float minP,
        Float repetitionPenalty,
        Float frequencyPenalty,
        Float presencePenalty,
        Long seed,
        Map<Long, Float> logitBias) {

    /** The same for the choice of that index: each choice of a seeded question has a random stream of its own. */
    public Sampling forChoice(int choice) {
        Long ownSeed = seed == null ? null : Long.valueOf(seed + choice);
        return new Sampling(temperature, topP, topK, minP, repetitionPenalty, frequencyPenalty, presencePenalty, ownSeed, logitBias);
    }
}
