package io.tesserae.gateway.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tesserae.families.PromptPiece;
import io.tesserae.families.Weaving;
import io.tesserae.gateway.stage.NerveCard;
import java.util.Set;

/**
 * What the tokens of a tile stand for. Where they have places in the picture (a nerve that keeps its patches' order) they are laid out in columns and rows; the
 * queries of a resampler have none. The default model's tokens are three groups, whose sizes its config.json says.
 */
final class TokenGroups {

    /** Kinds of nerve whose tokens are answers to learned queries. */
    private static final Set<String> PLACELESS = Set.of("resampler", "q-former", "qformer", "perceiver");

    private TokenGroups() {
    }

    /** Groups of a slot's tokens, in their order. */
    static ArrayNode of(PromptPiece.Slot slot, NerveCard.Nerve nerve, JsonNode config) {
        if (slot.weaving() != Weaving.WHOLE) {
            ArrayNode groups = JsonNodeFactory.instance.arrayNode();
            groups.addObject().put("kind", "woven").put("tokens", slot.tokens());
            return groups;
        }
        if (slot.grid().isPresent()) {
            ArrayNode groups = JsonNodeFactory.instance.arrayNode();
            groups.addObject().put("kind", "patches").put("tokens", slot.tokens())
                    .put("columns", slot.grid().get().columns()).put("rows", slot.grid().get().rows());
            return groups;
        }
        return ofTile(slot.tokens(), nerve.kind(), config);
    }

    /** Groups of one tile's tokens as that nerve makes them. */
    static ArrayNode ofTile(int tokens, String kind, JsonNode config) {
        ArrayNode groups = JsonNodeFactory.instance.arrayNode();
        JsonNode own = config.path("projector_config");
        int front = own.path("front_tokens").asInt(0);
        int glyphs = own.path("glyph_tokens").asInt(0);
        int patches = tokens - front - glyphs;
        if (front > 0 && patches > 0) {
            groups.addObject().put("kind", "readouts").put("tokens", front);
            patches(groups, patches, kind);
            groups.addObject().put("kind", "characters").put("tokens", glyphs);
        } else {
            patches(groups, tokens, kind);
        }
        return groups;
    }

    private static void patches(ArrayNode groups, int tokens, String kind) {
        int side = (int) Math.round(Math.sqrt(tokens));
        if (PLACELESS.contains(kind)) {
            groups.addObject().put("kind", "queries").put("tokens", tokens);
        } else if (side * side == tokens) {
            groups.addObject().put("kind", "patches").put("tokens", tokens).put("columns", side).put("rows", side);
        } else {
            groups.addObject().put("kind", "tokens").put("tokens", tokens);
        }
    }
}
