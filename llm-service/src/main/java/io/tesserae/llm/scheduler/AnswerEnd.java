package io.tesserae.llm.scheduler;

/**
 * How an answer ended.
 *
 * @param stop            the stop string that ended it; empty for other reasons
 * @param generatedTokens with those that were generated elsewhere
 * @param times           where the time went
 */
public record AnswerEnd(Reason reason, String stop, int promptTokens, int generatedTokens, int imageTokens, int cachedTokens, Times times) {

    /** Why an answer ended: an end token or a stop string, or the most tokens. */
    public enum Reason { STOP, LENGTH }

    /** Nanoseconds, as {@code tesserae.llm.v1.GenerateTimings} has them. */
    public record Times(long queue, long prefill, long decode, long firstToken, long waited) {
    }
}
