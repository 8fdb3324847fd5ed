package io.tesserae.families;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;

/** Compares a family's tiles and prompts with those of transformers' own processor. */
public final class GoldenTiles {

    /** Of values up to 16: a few units in the last place, where PyTorch sums in another order. */
    private static final float WEAVING_TOLERANCE = 4e-6f;

    private GoldenTiles() {
    }

    /** One test for each picture, detail and configuration of {@code tiles/FAMILY.json}. */
    public static Stream<DynamicTest> of(String family) throws IOException {
        return of(family, family, 9);
    }

    /** The same for a nerve that gives so many tokens of a tile; 0 where that depends on the tile. */
    public static Stream<DynamicTest> of(String family, int tokensPerTile) throws IOException {
        return of(family, family, tokensPerTile);
    }

    /** The same for a family that prepares pictures as {@code file}'s does. */
    public static Stream<DynamicTest> of(String file, String family) throws IOException {
        return of(file, family, 9);
    }

    private static Stream<DynamicTest> of(String file, String family, int tokensPerTile) throws IOException {
        JsonNode golden = new ObjectMapper().readTree(GoldenTiles.class.getResource("/tiles/" + file + ".json"));
        return StreamSupport.stream(golden.get("models").spliterator(), false).flatMap(model -> {
            String settings = model.get("preprocessor_config").toString();
            int tokens = model.path("tokens_per_tile").asInt(tokensPerTile);
            PicturePlanner planner = new Families().named(family).plannerOf(new ModelFacts(settings, model.path("config").toString(), 0, 0, tokens, "<image>"));
            return StreamSupport.stream(model.get("cases").spliterator(), false)
                    .map(example -> DynamicTest.dynamicTest(name(settings, example), () -> compare(planner, example, golden.path("prompts"), tokens)));
        });
    }

    private static String name(String settings, JsonNode example) {
        return example.get("width") + "x" + example.get("height") + " " + example.get("detail").asText() + " " + settings;
    }

    private static void compare(PicturePlanner planner, JsonNode example, JsonNode prompts, int tokensPerTile) {
        int width = example.get("width").asInt();
        int height = example.get("height").asInt();
        Detail asked = Detail.valueOf(example.get("detail").asText().toUpperCase(Locale.ROOT));
        PicturePlan plan = planner.plan(width, height, planner.detailAmong(asked, example.path("pictures").asInt(1)));
        if (!prompts.isMissingNode()) {
            assertEquals(prompts.get(example.get("rows").asInt() + "x" + example.get("columns").asInt()).asText(), prompt(plan));
        }
        if (example.has("image_tokens")) {
            assertEquals(example.get("image_tokens").asInt(), plan.imageTokens());
        }
        if (example.has("woven")) {
            assertArrayEquals(floats(example.get("woven").asText()), woven(plan, tokensPerTile), WEAVING_TOLERANCE);
        }
        for (PromptPiece piece : plan.layout()) {
            if (piece instanceof PromptPiece.Slot slot && slot.grid().isPresent()) {
                assertEquals(new TokenGrid(example.get("columns").asInt(), example.get("rows").asInt()), slot.grid().get());
            }
        }
        TileCutter cutter = plan.cutterOf(Drawn.smooth(width, height));
        List<String> tiles = IntStream.range(0, plan.tileCount()).mapToObj(i -> Drawn.sha256(cutter.tile(i))).toList();
        assertEquals(StreamSupport.stream(example.get("sha256").spliterator(), false).map(JsonNode::asText).toList(), tiles);
    }

    /** The slots' embeddings of width 1, one after the other, from tiles made as the golden file's script makes them. */
    private static float[] woven(PicturePlan plan, int tokensPerTile) {
        FloatBuffer all = FloatBuffer.allocate(plan.imageTokens());
        plan.layout().stream().filter(PromptPiece.Slot.class::isInstance).map(PromptPiece.Slot.class::cast).forEach(slot -> {
            FloatBuffer run = FloatBuffer.allocate(slot.tokens());
            slot.weaving().weave(slot.tiles().stream().map(tile -> embeddings(tile, tokensPerTile)).toList(), 1, run);
            all.put(run.array());
        });
        return all.array();
    }

    private static FloatBuffer embeddings(int tile, int tokens) {
        FloatBuffer values = FloatBuffer.allocate(tokens);
        for (int token = 0; token < tokens - 1; token++) {
            values.put(token, (131 * tile + 17 * token) % 257 / 16f);
        }
        return values.put(tokens - 1, -1);
    }

    private static float[] floats(String base64) {
        FloatBuffer values = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] found = new float[values.remaining()];
        values.get(found);
        return found;
    }

    /** The image's part of the prompt with one image token for each slot. */
    private static String prompt(PicturePlan plan) {
        StringBuilder prompt = new StringBuilder();
        plan.layout().forEach(piece -> prompt.append(piece instanceof PromptPiece.Text text ? text.text() : "<image>"));
        return prompt.toString();
    }
}
