package io.tesserae.families.qwen2vl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.families.Detail;
import io.tesserae.families.Families;
import io.tesserae.families.FamilyContract;
import io.tesserae.families.GoldenTiles;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.UnsupportedPictureException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Qwen2VlFamilyTest extends FamilyContract {

    @Override
    protected String family() {
        return "qwen2-vl";
    }

    @Override
    protected String preprocessorConfig() {
        return """
                {"patch_size":14,"merge_size":2,"min_pixels":3136,"max_pixels":1003520}""";
    }

    @Override
    protected int tileSide() {
        return 0;
    }

    @Override
    protected int tokensPerTile() {
        return 0;
    }

    @Override
    protected int longestAspect() {
        return 200;
    }

    @TestFactory
    Stream<DynamicTest> tilesAreThoseOfTheReference() throws IOException {
        return GoldenTiles.of(family(), 0);
    }

    /** At 28 pixels a token; counted with the reference's own smart_resize. */
    @ParameterizedTest
    @CsvSource({"28,28,AUTO,4", "640,480,AUTO,391", "640,480,HIGH,391", "640,480,LOW,54", "4000,3000,AUTO,1230", "4000,3000,LOW,54", "1,1,LOW,4",
            "200,1,AUTO,29"})
    void aPictureCostsAsManyTokensAsItsSizeSays(int width, int height, Detail detail, int tokens) {
        assertEquals(tokens, planner(preprocessorConfig()).plan(width, height, detail).imageTokens());
    }

    @Test
    void theThinnestPictureIsTwoHundredTimesAsLongAsWide() {
        assertEquals(1, planner(preprocessorConfig()).plan(3400, 17, Detail.AUTO).tileCount());
        assertThrows(UnsupportedPictureException.class, () -> planner(preprocessorConfig()).plan(3401, 17, Detail.AUTO));
    }

    @Test
    void boundsAreReadUnderEitherName() {
        String saved = """
                {"patch_size":14,"merge_size":2,"size":{"shortest_edge":3136,"longest_edge":200704}}""";
        String both = "{\"max_pixels\":1003520," + saved.substring(1);
        assertNotEquals(391, planner(saved).plan(640, 480, Detail.AUTO).imageTokens());
        assertEquals(391, planner(both).plan(640, 480, Detail.AUTO).imageTokens(), "max_pixels is what counts where both are there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"patch_size", "merge_size"})
    void aSizeThatIsMissingIsNamed(String key) {
        String without = preprocessorConfig().replace(key, "other");
        assertTrue(assertThrows(UnsupportedModelException.class, () -> planner(without)).getMessage().contains(key));
    }

    @Test
    void boundsThatCrossAreRefusedByTheirKeys() {
        String crossed = preprocessorConfig().replace("3136", "9999999");
        assertTrue(assertThrows(UnsupportedModelException.class, () -> planner(crossed)).getMessage().contains("min_pixels"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2.5-vl", "qwen3-vl"})
    void theLaterOnesPlanTheSame(String later) {
        ModelFacts facts = new ModelFacts(preprocessorConfig(), "{}", 0, 0, 0, "<|image_pad|>");
        assertEquals(planner(preprocessorConfig()).plan(999, 333, Detail.AUTO).layout(),
                new Families().named(later).plannerOf(facts).plan(999, 333, Detail.AUTO).layout());
    }
}
