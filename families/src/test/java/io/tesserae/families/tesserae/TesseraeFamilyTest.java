package io.tesserae.families.tesserae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tesserae.families.Detail;
import io.tesserae.families.Drawn;
import io.tesserae.families.FamilyContract;
import io.tesserae.families.Pixels;
import io.tesserae.families.PromptPiece;
import org.junit.jupiter.api.Test;

class TesseraeFamilyTest extends FamilyContract {

    @Override
    protected String family() {
        return "tesserae";
    }

    @Override
    protected String preprocessorConfig() {
        return """
                {"size":{"height":64,"width":64},"resample":3,"image_mean":[0.5,0.25,1.0],"max_tiles":6,"auto_tiles_above":1536}""";
    }

    @Override
    protected int tileSide() {
        return 64;
    }

    @Test
    void theGridShrinksThePictureLeast() {
        assertEquals(1 + 6, tiles(3000, 2000, Detail.HIGH), "3x2");
        assertEquals(1 + 6, tiles(1000, 1600, Detail.HIGH), "2x3");
        assertEquals(1 + 5, tiles(4500, 900, Detail.HIGH), "5x1");
        assertEquals(1 + 2, tiles(50, 100, Detail.HIGH), "1x2: nothing is gained by more");
        assertEquals(1 + 4, tiles(100, 100, Detail.HIGH), "2x2");
    }

    @Test
    void aPictureNoLargerThanATileIsNotCut() {
        assertEquals(1, tiles(64, 64, Detail.HIGH));
        assertEquals(1, tiles(1, 1, Detail.HIGH));
        assertEquals(1 + 2, tiles(65, 64, Detail.HIGH), "2x1");
    }

    @Test
    void largePicturesAreCutWhereTheCallerLeavesItOpen() {
        assertEquals(1, tiles(1536, 1000, Detail.AUTO));
        assertEquals(1 + 6, tiles(1537, 1000, Detail.AUTO));
        assertEquals(1, tiles(3000, 2000, Detail.LOW));
    }

    @Test
    void theOverviewKeepsThePicturesShapeOnTheMeanColour() {
        Pixels overview = planner(preprocessorConfig()).plan(128, 64, Detail.LOW).cutterOf(Drawn.smooth(128, 64)).tile(0);
        assertEquals("128,64,255", pixel(overview, 0, 0));
        assertEquals("128,64,255", pixel(overview, 63, 15));
        assertNotEquals("128,64,255", pixel(overview, 30, 16));
        assertEquals("128,64,255", pixel(overview, 5, 48));
    }

    private static String pixel(Pixels picture, int x, int y) {
        int at = (y * picture.width() + x) * 3;
        byte[] rgb = picture.rgb();
        return (rgb[at] & 0xff) + "," + (rgb[at + 1] & 0xff) + "," + (rgb[at + 2] & 0xff);
    }

    private int tiles(int width, int height, Detail detail) {
        return planner(preprocessorConfig()).plan(width, height, detail).tileCount();
    }

    @Test
    void rowsOfTilesStandOnLinesOfTheirOwn() {
        StringBuilder prompt = new StringBuilder();
        planner(preprocessorConfig()).plan(128, 128, Detail.HIGH).layout()
                .forEach(piece -> prompt.append(piece instanceof PromptPiece.Text text ? text.text() : "#"));
        assertEquals("#\n##\n##\n", prompt.toString());
    }
}
