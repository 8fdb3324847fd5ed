package io.tesserae.families.tiling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.families.UnsupportedModelException;

/** A checkpoint's config.json, for the few of its keys that say something of pictures. */
public final class ModelConfig {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelConfig() {
    }

    /** The text at a key; {@code otherwise} where it is absent. Throws {@link UnsupportedModelException} where the file is no JSON. */
    public static String text(String config, String key, String otherwise) {
        try {
            return JSON.readTree(config).path(key).asText(otherwise);
        } catch (JsonProcessingException malformed) {
            throw new UnsupportedModelException("config.json: " + malformed.getOriginalMessage());
        }
    }
}
