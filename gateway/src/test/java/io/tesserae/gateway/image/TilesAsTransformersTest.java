package io.tesserae.gateway.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.families.Detail;
import io.tesserae.families.Families;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlan;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.TileCutter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** From a file's bytes to tiles: each tile equals, byte for byte, what transformers' own processor makes of the same file. */
class TilesAsTransformersTest {

    private static final Path FIXTURES = Path.of(System.getProperty("tesserae.root"), "end-to-end/fixtures");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    List<DynamicTest> everyTileOfEveryCase() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String model : List.of("idefics3-random", "internvl-random", "llava-random", "llava_next-random", "llava_onevision-random",
                "qwen-vl-random", "qwen2-vl-random", "qwen2.5-vl-random", "qwen3-vl-random")) {
            PicturePlanner planner = planner(model);
            JsonNode golden = JSON.readTree(FIXTURES.resolve("golden/" + model + ".json").toFile());
            for (JsonNode one : golden.path("cases")) {
                if (!one.path("tile_sha256").isEmpty()) {
                    tests.add(DynamicTest.dynamicTest(model + ": " + one.path("name").asText(), () -> check(planner, one)));
                }
            }
        }
        assertTrue(tests.size() >= 180, "the golden cases are gone");
        return tests;
    }

    private static void check(PicturePlanner planner, JsonNode golden) throws IOException {
        List<String> expected = new ArrayList<>();
        golden.path("tile_sha256").forEach(hash -> expected.add(hash.asText()));
        List<JsonNode> pictures = new ArrayList<>();
        golden.path("messages").forEach(message -> message.path("content").forEach(part -> {
            if (part.path("type").asText().equals("image")) {
                pictures.add(part);
            }
        }));
        List<String> actual = new ArrayList<>();
        for (JsonNode part : pictures) {
            actual.addAll(tiles(planner, part, pictures.size()));
        }
        assertEquals(expected, actual);
    }

    private static List<String> tiles(PicturePlanner planner, JsonNode part, int pictures) throws IOException {
        byte[] file = Files.readAllBytes(FIXTURES.resolve("pictures").resolve(part.path("picture").asText()));
        PictureReader reader = new PictureReader(GoldenPictures.WIDE);
        PictureHeader header = reader.header(file);
        Detail detail = Detail.valueOf(part.path("detail").asText("auto").toUpperCase(Locale.ROOT));
        PicturePlan plan = planner.plan(header.width(), header.height(), planner.detailAmong(detail, pictures));
        TileCutter cutter = plan.cutterOf(reader.pixels(file, header));
        List<String> hashes = new ArrayList<>();
        for (int i = 0; i < plan.tileCount(); i++) {
            hashes.add(GoldenPictures.sha256(cutter.tile(i).rgb()));
        }
        return hashes;
    }

    private static PicturePlanner planner(String model) throws IOException {
        Path folder = FIXTURES.resolve("models").resolve(model);
        JsonNode manifest = JSON.readTree(folder.resolve("tesserae.json").toFile());
        ModelFacts facts = new ModelFacts(Files.readString(folder.resolve("preprocessor_config.json")),
                Files.readString(folder.resolve("config.json")), manifest.path("vision").path("tile_width").asInt(),
                manifest.path("vision").path("tile_height").asInt(), manifest.path("projector").path("tokens_per_tile").asInt(),
                manifest.path("llm").path("image_token").asText());
        return new Families().named(manifest.path("family").asText()).plannerOf(facts);
    }
}
