package io.tesserae.contract.model.hub;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.contract.model.ModelFolderException;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** Families whose published graphs can be run, by {@code model_type}: how large a tile is, and how many tokens the vision graph makes of it. */
enum HubFamily {

    IDEFICS3("idefics3", List.of("idefics3", "smolvlm"), HubFamily::overviewEdge, config -> {
        int side = overviewEdge(config) / config.eye().path("patch_size").asInt(32) / config.whole().path("scale_factor").asInt(2);
        return side * side;
    }),

    LLAVA("llava", List.of("llava"), config -> HubConfig.required(config.eye(), "image_size", "config.json: vision_config"), config -> {
        int side = HubConfig.required(config.eye(), "image_size", "config.json: vision_config")
                / HubConfig.required(config.eye(), "patch_size", "config.json: vision_config");
        boolean classToken = config.eye().path("model_type").asText().equals("clip_vision_model");
        boolean dropsFirst = config.whole().path("vision_feature_select_strategy").asText("default").equals("default");
        return side * side + (classToken ? 1 : 0) - (dropsFirst ? 1 : 0);
    });

    private final String family;
    private final List<String> modelTypes;
    private final ToIntFunction<HubConfig> tile;
    private final ToIntFunction<HubConfig> tokens;

    HubFamily(String family, List<String> modelTypes, ToIntFunction<HubConfig> tile, ToIntFunction<HubConfig> tokens) {
        this.family = family;
        this.modelTypes = modelTypes;
        this.tile = tile;
        this.tokens = tokens;
    }

    static HubFamily of(HubConfig config) {
        return Stream.of(values()).filter(family -> family.modelTypes.contains(config.modelType())).findFirst()
                .orElseThrow(() -> new ModelFolderException("config.json: model_type " + config.modelType() + " in the published ONNX layout is not supported, only "
                        + String.join(", ", Stream.of(values()).flatMap(family -> family.modelTypes.stream()).toList())
                        + " (from safetensors, './tesserae export' does more)"));
    }

    private static int overviewEdge(HubConfig config) {
        JsonNode size = config.pictures().path("max_image_size");
        return size.path("longest_edge").asInt(364);
    }

    String family() {
        return family;
    }

    /** Pixels along one edge of a tile. */
    int tile(HubConfig config) {
        return tile.applyAsInt(config);
    }

    int tokensPerTile(HubConfig config) {
        return tokens.applyAsInt(config);
    }
}
