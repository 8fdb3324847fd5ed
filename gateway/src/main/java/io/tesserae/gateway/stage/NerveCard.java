package io.tesserae.gateway.stage;

/**
 * What the nerve says of itself.
 *
 * @param kind          school of projector, such as {@code pixel-shuffle}
 * @param tokensPerTile 0 where it varies
 */
public record NerveCard(
        String model, String family, String revision, String kind, int tokensPerTile, String engine, String precision) {
}
