package io.tesserae.families;

/**
 * What the stages say of their model, as far as planning needs it.
 *
 * @param preprocessorConfig the checkpoint's preprocessor_config.json
 * @param config             the checkpoint's config.json
 * @param tileWidth          pixels of a tile; 0 where it varies
 * @param tileHeight         pixels of a tile; 0 where it varies
 * @param tokensPerTile      tokens that the projector makes of one tile; 0 where it varies
 * @param imageToken         text of the image token, as the chat template prints it
 */
public record ModelFacts(
        String preprocessorConfig, String config, int tileWidth, int tileHeight, int tokensPerTile, String imageToken) {

    /**
     * Tokens of a tile, for a family whose layout needs them beforehand.
     *
     * @throws UnsupportedModelException where they vary
     */
    public int knownTokensPerTile() {
        if (tokensPerTile < 1) {
            throw new UnsupportedModelException("tokens_per_tile of the projector must be known");
        }
        return tokensPerTile;
    }
}
