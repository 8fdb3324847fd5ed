package io.tesserae.gateway;

/**
 * Tokens counted.
 *
 * @param promptTokens     tokens of the prompt, image tokens included; once, however many choices were asked for
 * @param completionTokens tokens generated, over all choices, end tokens included
 * @param imageTokens      tokens of the prompt that stand for pictures
 * @param cachedTokens     tokens of the prompt that were found in the prefix cache
 * @param tiles            tiles encoded, overviews included
 */
public record Usage(int promptTokens, int completionTokens, int imageTokens, int cachedTokens, int tiles) {
}
