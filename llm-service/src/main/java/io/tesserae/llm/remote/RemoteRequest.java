package io.tesserae.llm.remote;

import io.tesserae.contract.tensor.Tensor;
import io.tesserae.llm.sampling.SamplingOptions;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be computed elsewhere; checked already.
 *
 * @param id          names the request in both engines' logs
 * @param promptIds   the prompt's ids in order; where an embedding stands, the image token's own, which may be no id of the vocabulary
 * @param generated   ids of this answer that are there already; the answer goes on behind them
 * @param embeddings  [prompt and generated, width] in float32
 * @param positions   int64 [3, prompt and generated]: time, row and column of each token; empty where a token's position is its index
 * @param sampling    how to choose tokens; the seed is one for this very stretch of the answer
 * @param topLogprobs alternatives to report a token; negative for no log-probabilities
 * @param maxTokens   most tokens to generate behind {@code generated}, at least 1
 * @param endIds      ids that end the answer, and no others do
 * @param priority    lower goes first; 0 is usual
 */
public record RemoteRequest(
        String id,
        long[] promptIds,
        long[] generated,
        Tensor embeddings,
        Optional<Tensor> positions,
        SamplingOptions sampling,
        int topLogprobs,
        int maxTokens,
        Set<Long> endIds,
        int priority) {

    /** Tokens that have an embedding. */
    public int tokens() {
        return promptIds.length + generated.length;
    }
}
