package io.tesserae.gateway;

import io.tesserae.contract.failure.Failure;

/**
 * Where an answer goes. Calls never overlap. Either {@code begin, piece…, end} or, at any point, {@code fail} and nothing
 * after it; none of them blocks.
 */
public interface AnswerSink {

    /** The first token is there: from here on the answer is under way. */
    void begin(AnswerHead head);

    /** New tokens. */
    void piece(Piece piece);

    /** That choice has ended; others may go on. */
    void finished(int choice, FinishReason reason);

    /** All choices have ended. */
    void end(AnswerSummary summary);

    /** There is no answer, or no more of it. */
    void fail(Failure failure);

    /** Runs {@code next} once the reader has room for more; at once where it has. This is how a slow reader slows the brain. */
    void whenReady(Runnable next);
}
