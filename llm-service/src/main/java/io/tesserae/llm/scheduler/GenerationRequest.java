package io.tesserae.llm.scheduler;

import io.tesserae.llm.grammar.Grammar;
import io.tesserae.llm.sampling.SamplingOptions;
import io.tesserae.llm.text.Prompt;
import java.util.List;
import java.util.Set;

/**
 * What is to be generated; checked already.
 *
 * @param id           names the request in logs
 * @param generated    ids of this answer that were generated elsewhere
 * @param topLogprobs  alternatives to report a token; negative for no log-probabilities
 * @param maxTokens    most tokens to generate, those generated elsewhere included; at least 1 and within the context
 * @param endIds       ids that end the answer
 * @param stops        strings that end the answer
 * @param priority     lower goes first
 * @param speculate    tokens that are guessed at once by what the prompt quotes; 0 for none
 * @param grammar      what the answer must be like; null for anything
 * @param startedNanos when the request arrived, by {@link System#nanoTime}
 */
public record GenerationRequest(
        String id,
        Prompt prompt,
        long[] generated,
        SamplingOptions sampling,
        int topLogprobs,
        int maxTokens,
        Set<Long> endIds,
        List<String> stops,
        int priority,
        int speculate,
        Grammar grammar,
        long startedNanos) {

    /** A request whose answer may say anything. */
    public GenerationRequest(String id, Prompt prompt, long[] generated, SamplingOptions sampling, int topLogprobs, int maxTokens, Set<Long> endIds,
            List<String> stops, int priority, int speculate, long startedNanos) {
        this(id, prompt, generated, sampling, topLogprobs, maxTokens, endIds, stops, priority, speculate, null, startedNanos);
    }
}
