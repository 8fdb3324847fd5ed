package io.tesserae.llm.scheduler;

import io.tesserae.contract.failure.Failure;
import io.tesserae.llm.sampling.Logprobs;

/** Takes one answer. Called from the engine's thread, which must not be held up: {@code token}s, then exactly one of the others. */
public interface AnswerListener {

    /**
     * A token was generated.
     *
     * @param text     text that became certain by it
     * @param logprobs null where not asked for
     */
    void token(long id, String text, Logprobs logprobs);

    /** The answer is whole. */
    void finished(AnswerEnd end);

    /** The answer cannot be finished. */
    void failed(Failure failure);
}
