package io.tesserae.bench.doubles;

/**
 * The model that the doubles claim to hold: InternVL's tiling, since it makes any number of tiles, over squares of 448 pixels.
 *
 * @param tokensPerTile image tokens of one tile
 * @param width         of an embedding
 * @param revision      64 hexadecimal digits
 */
public record Shape(int tokensPerTile, int width, String revision) {

    /** Pixels of a tile's side. */
    public static final int SIDE = 448;

    /** Most tiles of one picture, the thumbnail left out. */
    public static final int MOST_TILES = 16;

    static final String MODEL = "double";
    static final String FAMILY = "internvl";
    static final String NERVE = "wait";
    static final String IMAGE_TOKEN = "<IMG_CONTEXT>";

    /** The shape of SmolVLM-256M: 64 tokens a tile, 576 numbers a token. */
    public static Shape small() {
        return new Shape(64, 576, "d0".repeat(32));
    }

    /** A checkpoint's preprocessor_config.json, as far as the family reads it. */
    String preprocessorConfig() {
        return "{\"do_resize\": true, \"do_rescale\": true, \"do_normalize\": true, \"do_convert_rgb\": true, \"crop_to_patches\": true, "
                + "\"min_patches\": 1, \"max_patches\": " + MOST_TILES + ", \"resample\": 3, \"rescale_factor\": 0.00392156862745098, "
                + "\"image_mean\": [0.485, 0.456, 0.406], \"image_std\": [0.229, 0.224, 0.225], "
                + "\"size\": {\"height\": " + SIDE + ", \"width\": " + SIDE + "}}";
    }
}
