package io.tesserae.families;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;

/** Compares a family's tiles and prompts with those of transformers' own processor. */
public final class GoldenTiles {

    private GoldenTiles() {
    }

    /** One test for each picture, detail and configuration of {@code tiles/FAMILY.json}. */
    public static Stream<DynamicTest> of(String family) throws IOException {
        JsonNode golden = new ObjectMapper().readTree(GoldenTiles.class.getResource("/tiles/" + family + ".json"));
        return StreamSupport.stream(golden.get("models").spliterator(), false).flatMap(model -> {
            String settings = model.get("preprocessor_config").toString();
            PicturePlanner planner = new Families().named(family).plannerOf(new ModelFacts(settings, "{}", 0, 0, 9, "<image>"));
            return StreamSupport.stream(model.get("cases").spliterator(), false)
                    .map(example -> DynamicTest.dynamicTest(name(settings, example), () -> compare(planner, example, golden.path("prompts"))));
        });
    }

    private static String name(String settings, JsonNode example) {
        return example.get("width") + "x" + example.get("height") + " " + example.get("detail").asText() + " " + settings;
    }

    private static void compare(PicturePlanner planner, JsonNode example, JsonNode prompts) {
        int width = example.get("width").asInt();
        int height = example.get("height").asInt();
        PicturePlan plan = planner.plan(width, height, Detail.valueOf(example.get("detail").asText().toUpperCase(Locale.ROOT)));
        if (!prompts.isMissingNode()) {
            assertEquals(prompts.get(example.get("rows").asInt() + "x" + example.get("columns").asInt()).asText(), prompt(plan));
        }
        TileCutter cutter = plan.cutterOf(Drawn.smooth(width, height));
        List<String> tiles = IntStream.range(0, plan.tileCount()).mapToObj(i -> Drawn.sha256(cutter.tile(i))).toList();
        assertEquals(StreamSupport.stream(example.get("sha256").spliterator(), false).map(JsonNode::asText).toList(), tiles);
    }

    /** The image's part of the prompt with one image token for each slot. */
    private static String prompt(PicturePlan plan) {
        StringBuilder prompt = new StringBuilder();
        plan.layout().forEach(piece -> prompt.append(piece instanceof PromptPiece.Text text ? text.text() : "<image>"));
        return prompt.toString();
    }
}
