package io.tesserae.gateway.stage;

import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.TokenLogprob;
import java.util.List;

/** Hears an answer being written. Calls never overlap; either {@code finish} or {@code fail} is the last. */
public interface GenerateListener {

    /** New tokens. */
    void tokens(String text, List<Long> ids, List<TokenLogprob> logprobs);

    /** Runs {@code next}, which asks the brain for more, once the reader has room. */
    void whenReady(Runnable next);

    /** The answer has ended. */
    void finish(Generated generated);

    /** There will be no more of it. */
    void fail(Failure failure);
}
