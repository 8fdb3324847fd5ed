package io.tesserae.families;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/detail.md} says what pictures cost in published models; the families' own planners say the numbers. With
 * {@code -Dtesserae.write-docs=true} the test writes the page, else it compares. A new family adds its models to {@code detail/published.json}.
 */
class DetailCostsTest {

    private static final int[][] SIZES = {{224, 224}, {512, 512}, {1024, 1024}, {1920, 1080}, {600, 2400}};
    private static final Path PAGE = Path.of("").toAbsolutePath().getParent().resolve("docs/detail.md");
    private static final String HEAD = """
            # What a picture costs

            Image tokens that one picture takes in the prompt, by `detail`, for models with the settings that they are published with. `low` is the overview alone,
            `high` overview and tiles, `auto` what the model's own processor does. Where the three are one number the family does not tile. Tokens of the text
            between tiles (`<row_1_col_2>` and the like) come on top; `usage.prompt_tokens` counts them all, and `GET /v1/models` tells the costs of the
            model that is loaded.

            Models that take pictures at their own size (Qwen2-VL and its successors) have one token for each square of `patch_size` · `merge_size` pixels, after
            both sides are rounded to such squares within the checkpoint's bounds on pixels; `low` is at most 64 tokens, `high` is `auto`. A picture whose longer
            side is more than 200 times its shorter one is refused.

            `DetailCostsTest` in `families/` makes this page with the planners that serve requests, and fails when they change.

            """;

    @Test
    void thePageSaysWhatThePlannersSay() throws IOException {
        String page = page();
        if (Boolean.getBoolean("tesserae.write-docs")) {
            Files.writeString(PAGE, page);
        }
        assertEquals(page, Files.readString(PAGE), "docs/detail.md: write it anew with -Dtesserae.write-docs=true");
    }

    private static String page() throws IOException {
        StringBuilder page = new StringBuilder(HEAD).append("| model | family |");
        for (int[] size : SIZES) {
            page.append(' ').append(size[0]).append('×').append(size[1]).append(" low / high / auto |");
        }
        page.append("\n|---|---|").append("---|".repeat(SIZES.length)).append('\n');
        for (JsonNode model : published()) {
            page.append("| ").append(model.get("model").asText()).append(" | `").append(model.get("family").asText()).append("` |");
            PicturePlanner planner = planner(model);
            for (int[] size : SIZES) {
                page.append(' ').append(cell(planner, size[0], size[1])).append(" |");
            }
            page.append('\n');
        }
        return page.toString();
    }

    private static String cell(PicturePlanner planner, int width, int height) {
        int low = planner.plan(width, height, Detail.LOW).imageTokens();
        int high = planner.plan(width, height, Detail.HIGH).imageTokens();
        int auto = planner.plan(width, height, Detail.AUTO).imageTokens();
        return low == high && high == auto ? Integer.toString(low) : low + " / " + high + " / " + auto;
    }

    private static PicturePlanner planner(JsonNode model) {
        return new Families().named(model.get("family").asText()).plannerOf(new ModelFacts(model.get("preprocessor").toString(), model.get("config").toString(),
                model.get("tile").asInt(), model.get("tile").asInt(), model.get("tokens_per_tile").asInt(), "<image>"));
    }

    private static JsonNode published() throws IOException {
        return new ObjectMapper().readTree(DetailCostsTest.class.getResource("/detail/published.json"));
    }
}
