package io.tesserae.contract.model.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tesserae.contract.model.ModelFolderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A checkpoint's own JSON files. What terse configs leave out has the default of the Hugging Face class. */
final class HubConfig {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode config;
    private final JsonNode text;
    private final JsonNode eye;
    private final JsonNode pictures;
    private final JsonNode tokenizer;
    private final JsonNode tokenizerConfig;
    private final JsonNode generation;

    HubConfig(Path root) {
        config = read(root, "config.json");
        if (config.isMissingNode()) {
            throw new ModelFolderException("no config.json in " + root.toAbsolutePath());
        }
        text = config.path("text_config");
        eye = config.path("vision_config");
        JsonNode own = read(root, "preprocessor_config.json");
        pictures = own.isMissingNode() ? read(root, "processor_config.json").path("image_processor") : own;
        tokenizer = read(root, "tokenizer.json");
        tokenizerConfig = read(root, "tokenizer_config.json");
        generation = read(root, "generation_config.json");
    }

    private static JsonNode read(Path root, String name) {
        Path file = root.resolve(name);
        if (!Files.isRegularFile(file)) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException unreadable) {
            throw new ModelFolderException(file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    String modelType() {
        return config.path("model_type").asText("");
    }

    JsonNode whole() {
        return config;
    }

    JsonNode eye() {
        return eye;
    }

    JsonNode pictures() {
        return pictures;
    }

    /** A number that must be said, such as {@code vision_config.patch_size}. */
    static int required(JsonNode node, String key, String where) {
        if (!node.path(key).isInt() || node.path(key).asInt() < 1) {
            throw new ModelFolderException(where + "." + key + " is missing or no positive number");
        }
        return node.path(key).asInt();
    }

    int layers() {
        return text.path("num_hidden_layers").asInt(32);
    }

    int hidden() {
        return text.path("hidden_size").asInt(4096);
    }

    private int heads() {
        return text.path("num_attention_heads").asInt(32);
    }

    int kvHeads() {
        return text.path("num_key_value_heads").asInt(heads());
    }

    int headDim() {
        return text.path("head_dim").asInt(hidden() / heads());
    }

    int vocabulary() {
        return required(text, "vocab_size", "config.json: text_config");
    }

    int context() {
        return text.path("max_position_embeddings").asInt(2048);
    }

    long imageTokenId() {
        JsonNode id = config.path("image_token_id").isInt() ? config.path("image_token_id") : config.path("image_token_index");
        if (!id.isInt()) {
            throw new ModelFolderException("config.json: image_token_id is missing");
        }
        return id.asLong();
    }

    /** What the tokenizer calls that token. */
    String imageToken() {
        for (JsonNode token : tokenizer.path("added_tokens")) {
            if (token.path("id").asLong(-1) == imageTokenId()) {
                return token.path("content").asText();
            }
        }
        throw new ModelFolderException("tokenizer.json has no added token with config.json's image_token_id " + imageTokenId());
    }

    /** Null where there is none. */
    String bosToken() {
        JsonNode token = tokenizerConfig.path("bos_token");
        return token.isTextual() ? token.asText() : token.path("content").asText(null);
    }

    List<Long> ends() {
        for (JsonNode ids : List.of(generation.path("eos_token_id"), text.path("eos_token_id"), config.path("eos_token_id"))) {
            List<Long> found = new ArrayList<>();
            if (ids.isInt()) {
                found.add(ids.asLong());
            }
            ids.forEach(id -> found.add(id.asLong()));
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }
}
