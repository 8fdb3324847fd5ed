package io.tesserae.gateway.http;

import io.tesserae.gateway.Question;

/**
 * A chat completion request: the question, and how its answer is to be told.
 *
 * @param stream         as server-sent events
 * @param includeUsage   with one more event that holds usage and timings
 * @param returnTokenIds with the ids of the answer's tokens
 * @param logprobs       with log-probabilities
 */
record ChatRequest(Question question, boolean stream, boolean includeUsage, boolean returnTokenIds, boolean logprobs) {

    /** How its answer is to be told: what is left of a request once it was understood, without its pictures. */
    Telling telling() {
        return new Telling(question.choices(), includeUsage, returnTokenIds, logprobs, MannerReader.tier(question.manner().priority()));
    }

    /**
     * How an answer is to be told.
     *
     * @param choices     how many answers there are
     * @param serviceTier with what haste
     */
    record Telling(int choices, boolean includeUsage, boolean returnTokenIds, boolean logprobs, String serviceTier) {
    }
}
