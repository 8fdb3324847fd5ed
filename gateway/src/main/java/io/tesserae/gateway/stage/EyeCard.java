package io.tesserae.gateway.stage;

/**
 * What the eye says of itself.
 *
 * @param preprocessorConfig the checkpoint's preprocessor_config.json
 * @param config             the checkpoint's config.json
 * @param tileWidth          pixels; 0 where it varies
 * @param tileHeight         pixels; 0 where it varies
 * @param canProject         whether it answers with embeddings where asked
 */
public record EyeCard(
        String model,
        String family,
        String revision,
        String preprocessorConfig,
        String config,
        int tileWidth,
        int tileHeight,
        boolean canProject,
        String engine,
        String precision) {
}
