package io.tesserae.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.families.Detail;
import io.tesserae.families.PicturePlanner;
import io.tesserae.gateway.stage.BrainCard;
import io.tesserae.gateway.stage.EyeCard;
import io.tesserae.gateway.stage.LoadedModel;
import java.util.Locale;
import java.util.Optional;

/** A loaded model as {@code /v1/models} says it: OpenAI's fields, then what its eye, nerve and brain are and what pictures cost. */
final class ModelJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Sizes that costs are told for, width and height in pixels. */
    private static final int[][] EXAMPLES = {{512, 512}, {1024, 1024}, {1920, 1080}};

    private ModelJson() {
    }

    /** @param created seconds since 1970 */
    static ObjectNode of(LoadedModel model, long created) {
        BrainCard brain = model.brain();
        JsonNode config = model.eye().map(EyeCard::config).map(ModelJson::read).orElse(MissingNode.getInstance());
        ObjectNode node = JsonNodeFactory.instance.objectNode()
                .put("id", brain.model())
                .put("object", "model")
                .put("created", created)
                .put("owned_by", "tesserae")
                .put("family", brain.family())
                .put("revision", brain.revision())
                .put("context", brain.context());
        model.nerve().ifPresent(nerve -> {
            node.put("tokens_per_tile", nerve.ownNerve().tokensPerTile());
            ObjectNode projector = node.putObject("projector")
                    .put("kind", nerve.ownNerve().kind()).put("engine", nerve.engine()).put("precision", nerve.ownNerve().precision())
                    .put("nerve", nerve.own());
            ArrayNode all = projector.putArray("nerves");
            nerve.nerves().forEach(one -> all.addObject()
                    .put("name", one.name()).put("kind", one.kind()).put("tokens_per_tile", one.tokensPerTile()).put("precision", one.precision()));
        });
        model.eye().ifPresent(eye -> kind(node.putObject("eye"), config.path("vision_config"), config.path("vision_config").path("model_type"))
                .put("tile_width", eye.tileWidth()).put("tile_height", eye.tileHeight())
                .put("engine", eye.engine()).put("precision", eye.precision()));
        JsonNode text = config.path("text_config");
        kind(node.putObject("brain"), text, text.isObject() ? text.path("model_type") : config.path("model_type"))
                .put("engine", brain.engine()).put("precision", brain.precision());
        model.planner().ifPresent(planner -> costs(node.putArray("image_tokens"), planner));
        return node;
    }

    /** Its architecture by the name that its config gives; left out where that says nothing. */
    private static ObjectNode kind(ObjectNode part, JsonNode config, JsonNode modelType) {
        if (modelType.isTextual()) {
            part.put("kind", modelType.asText());
        }
        for (String key : new String[] {"num_hidden_layers", "depth"}) {
            if (config.path(key).isInt()) {
                part.put("layers", config.path(key).asInt());
            }
        }
        return part;
    }

    private static void costs(ArrayNode costs, PicturePlanner planner) {
        for (int[] size : EXAMPLES) {
            ObjectNode cost = costs.addObject().put("width", size[0]).put("height", size[1]);
            for (Detail detail : Detail.values()) {
                cost.put(detail.name().toLowerCase(Locale.ROOT), planner.plan(size[0], size[1], detail).imageTokens());
            }
        }
    }

    private static JsonNode read(String config) {
        try {
            return Optional.ofNullable(JSON.readTree(config)).orElse(MissingNode.getInstance());
        } catch (JsonProcessingException malformed) {
            return MissingNode.getInstance();
        }
    }
}
