package io.tesserae.gateway.stage;

import io.tesserae.gateway.FinishReason;

/**
 * How an answer ended and what it took, in tokens.
 *
 * @param promptTokens    image tokens included
 * @param generatedTokens end token included
 * @param cachedTokens    tokens of the prompt found in the prefix cache
 */
public record Generated(FinishReason reason, int promptTokens, int generatedTokens, int imageTokens, int cachedTokens) {

    /** The same, for another reason. */
    public Generated because(FinishReason other) {
        return new Generated(other, promptTokens, generatedTokens, imageTokens, cachedTokens);
    }
}
