package io.tesserae.llm.remote;

import io.tesserae.contract.failure.Failure;
import io.tesserae.llm.sampling.Logprobs;

/** Takes one answer: {@code token}s in order, then exactly one of the others. Called from any thread, one call at a time; it never holds its caller up. */
public interface RemoteListener {

    /**
     * A token was generated, an end token included.
     *
     * @param logprobs null where not asked for
     */
    void token(long id, Logprobs logprobs);

    /** The engine sends no more: it came to an end id or to the most tokens. */
    void finished();

    /** The engine cannot go on. STAGE_UNAVAILABLE where another address, or the same one later, could. */
    void failed(Failure failure);
}
