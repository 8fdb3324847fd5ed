package io.tesserae.gateway;

/**
 * Tokens counted.
 *
 * @param promptTokens     tokens of the prompt, image tokens included; once, however many choices were asked for
 * @param completionTokens tokens generated, over all choices, end tokens included
 * @param imageTokens      tokens of the prompt that stand for pictures
 * @param cachedTokens     tokens of the prompt that were found in the prefix cache
 * @param tiles            tiles of the question's pictures, overviews included
 * @param cachedTiles      those of them that were not encoded for this answer: their embeddings were kept, or on their way for another
 */
public record Usage(int promptTokens, int completionTokens, int imageTokens, int cachedTokens, int tiles, int cachedTiles) {
}
