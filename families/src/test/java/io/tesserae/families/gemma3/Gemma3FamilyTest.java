package io.tesserae.families.gemma3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.families.Detail;
import io.tesserae.families.Families;
import io.tesserae.families.FamilyContract;
import io.tesserae.families.GoldenTiles;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.UnsupportedModelException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Gemma3FamilyTest extends FamilyContract {

    @Override
    protected String family() {
        return "gemma3";
    }

    @Override
    protected String preprocessorConfig() {
        return """
                {"size":{"height":64,"width":64},"resample":2,"pan_and_scan_min_crop_size":50}""";
    }

    @Override
    protected int tileSide() {
        return 64;
    }

    @TestFactory
    Stream<DynamicTest> tilesAndPromptsAreThoseOfTheReference() throws IOException {
        return GoldenTiles.of(family());
    }

    @ParameterizedTest
    @CsvSource({"1000,1000,1", "1200,1000,3", "1199,1000,1", "4000,1000,5", "9000,1000,5", "1000,3000,4", "300,250,1", "2000,200,1"})
    void publishedSettingsLeaveTheCropsToTheProcessor(int width, int height, int tiles) {
        String published = """
                {"do_pan_and_scan":null,"pan_and_scan_max_num_crops":null,"pan_and_scan_min_crop_size":null,
                 "pan_and_scan_min_ratio_to_activate":null,"size":{"height":896,"width":896},"resample":2}""";
        ModelFacts facts = new ModelFacts(published, "{}", 896, 896, 256, "<image_soft_token>");
        assertEquals(tiles, new Families().named("gemma3").plannerOf(facts).plan(width, height, Detail.HIGH).tileCount());
    }

    @Test
    void cropsAreAskedForByDetailAlone() {
        String eager = "{\"do_pan_and_scan\":true," + preprocessorConfig().substring(1);
        assertEquals(1, planner(eager).plan(2000, 300, Detail.AUTO).tileCount());
        assertEquals(5, planner(eager).plan(2000, 300, Detail.HIGH).tileCount());
    }

    @ParameterizedTest
    @CsvSource({"5,1", "7,2", "9,1"})
    void tinyPicturesLoseTheCropsThatWouldBeEmpty(int width, int height) {
        String tiny = preprocessorConfig().replace("50", "1");
        int tiles = planner(tiny).plan(width, height, Detail.HIGH).tileCount();
        assertTrue(tiles >= 3 && tiles <= 5, tiles + " tiles");
    }

    @Test
    void aRatioThatIsNoNumberIsRefusedByItsKey() {
        String odd = "{\"pan_and_scan_min_ratio_to_activate\":\"wide\"," + preprocessorConfig().substring(1);
        assertTrue(assertThrows(UnsupportedModelException.class, () -> planner(odd)).getMessage().contains("pan_and_scan_min_ratio_to_activate"));
    }
}
