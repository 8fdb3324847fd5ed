package io.tesserae.families.internvl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.families.Detail;
import io.tesserae.families.FamilyContract;
import io.tesserae.families.GoldenTiles;
import io.tesserae.families.PicturePlan;
import io.tesserae.families.PromptPiece;
import io.tesserae.families.UnsupportedModelException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class InternvlFamilyTest extends FamilyContract {

    @Override
    protected String family() {
        return "internvl";
    }

    @Override
    protected String preprocessorConfig() {
        return """
                {"size":{"height":56,"width":56},"max_patches":6}""";
    }

    @Override
    protected int tileSide() {
        return 56;
    }

    @TestFactory
    Stream<DynamicTest> tilesAreThoseOfTheReference() throws IOException {
        return GoldenTiles.of(family());
    }

    @Test
    void tilesStandBetweenMarksWithTheThumbnailLast() {
        PicturePlan plan = planner(preprocessorConfig()).plan(300, 100, Detail.AUTO);
        StringBuilder prompt = new StringBuilder();
        plan.layout().forEach(piece -> prompt.append(piece instanceof PromptPiece.Text text ? text.text() : "#"));
        assertEquals("<img>####</img>", prompt.toString());
    }

    @Test
    void onePictureOfOneTileHasNoThumbnail() {
        assertEquals(1, planner(preprocessorConfig()).plan(50, 50, Detail.HIGH).tileCount());
    }

    @Test
    void moreTilesAtLeastThanAtMostAreRefusedByTheirKey() {
        String crossed = "{\"min_patches\":7," + preprocessorConfig().substring(1);
        assertTrue(assertThrows(UnsupportedModelException.class, () -> planner(crossed)).getMessage().contains("min_patches"));
    }
}
