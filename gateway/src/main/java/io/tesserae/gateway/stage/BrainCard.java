package io.tesserae.gateway.stage;

/**
 * What the brain says of itself.
 *
 * @param context    longest prompt plus answer, in tokens
 * @param imageToken text of the image token, as the chat template prints it
 */
public record BrainCard(
        String model, String family, String revision, int context, String imageToken, String engine, String precision) {
}
