package io.tesserae.gateway.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.families.Detail;
import io.tesserae.families.PicturePlan;
import io.tesserae.families.PromptPiece;
import io.tesserae.families.UnsupportedPictureException;
import io.tesserae.families.Weaving;
import io.tesserae.gateway.chat.Rehearsed;
import io.tesserae.gateway.stage.LoadedModel;
import java.util.List;
import java.util.Locale;

/** How each picture of a question is cut, and what that costs. */
public final class ExplainPlan {

    private ExplainPlan() {
    }

    /** The plan of every picture, at its detail and, in numbers alone, at every other. */
    public static ObjectNode of(Rehearsed rehearsed) {
        LoadedModel model = rehearsed.model();
        JsonNode config = Explanations.config(model);
        ObjectNode node = Explanations.object().put("model", model.name()).put("nerve", model.nerveName());
        model.eye().ifPresent(eye -> node.putObject("tile").put("width", eye.tileWidth()).put("height", eye.tileHeight()));
        ArrayNode pictures = node.putArray("pictures");
        List<Rehearsed.Shown> shown = rehearsed.pictures();
        for (int i = 0; i < shown.size(); i++) {
            Rehearsed.Shown picture = shown.get(i);
            ObjectNode one = pictures.addObject().put("picture", i).put("format", picture.format()).put("bytes", picture.bytes())
                    .put("width", picture.width()).put("height", picture.height())
                    .put("asked", name(picture.asked())).put("detail", name(picture.detail()))
                    .put("tiles", picture.plan().tileCount()).put("image_tokens", picture.plan().imageTokens());
            layout(one.putArray("layout"), picture.plan(), model, config);
            ObjectNode at = one.putObject("at");
            for (Detail detail : Detail.values()) {
                cost(at, detail, picture, model);
            }
        }
        return node;
    }

    private static void cost(ObjectNode at, Detail detail, Rehearsed.Shown picture, LoadedModel model) {
        try {
            PicturePlan plan = model.pictures().plan(picture.width(), picture.height(), detail);
            at.putObject(name(detail)).put("tiles", plan.tileCount()).put("image_tokens", plan.imageTokens());
        } catch (UnsupportedPictureException refused) {
            at.putObject(name(detail)).put("refused", refused.getMessage());
        }
    }

    private static void layout(ArrayNode layout, PicturePlan plan, LoadedModel model, JsonNode config) {
        int slot = 0;
        for (PromptPiece piece : plan.layout()) {
            if (piece instanceof PromptPiece.Text text) {
                layout.addObject().put("text", text.text());
            } else if (piece instanceof PromptPiece.Slot filled) {
                ObjectNode node = layout.addObject().put("slot", slot++).put("tokens", filled.tokens()).put("whole", filled.weaving() == Weaving.WHOLE);
                filled.tiles().forEach(node.putArray("tiles")::add);
                model.chosen().ifPresent(nerve -> node.set("groups", TokenGroups.of(filled, nerve, config)));
            }
        }
    }

    private static String name(Detail detail) {
        return detail.name().toLowerCase(Locale.ROOT);
    }
}
