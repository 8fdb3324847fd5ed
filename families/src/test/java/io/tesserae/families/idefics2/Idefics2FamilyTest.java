package io.tesserae.families.idefics2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.families.Detail;
import io.tesserae.families.Drawn;
import io.tesserae.families.FamilyContract;
import io.tesserae.families.GoldenTiles;
import io.tesserae.families.Pixels;
import io.tesserae.families.UnsupportedModelException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Idefics2FamilyTest extends FamilyContract {

    @Override
    protected String family() {
        return "idefics2";
    }

    @Override
    protected String preprocessorConfig() {
        return """
                {"size":{"shortest_edge":32,"longest_edge":96},"resample":2}""";
    }

    /** They have the picture's shape. */
    @Override
    protected int tileSide() {
        return 0;
    }

    @TestFactory
    Stream<DynamicTest> tilesAndPromptsAreThoseOfTheReference() throws IOException {
        return GoldenTiles.of(family());
    }

    @ParameterizedTest
    @CsvSource({"30000,1,96,32", "1,30000,32,96", "1,1,32,32", "97,50,96,49", "96,96,96,96"})
    void noSidePassesItsBounds(int width, int height, int tileWidth, int tileHeight) {
        Pixels tile = planner(preprocessorConfig()).plan(width, height, Detail.LOW).cutterOf(Drawn.smooth(width, height)).tile(0);
        assertEquals(tileWidth + "x" + tileHeight, tile.width() + "x" + tile.height());
    }

    @Test
    void splittingIsTheCheckpointsUnlessAskedFor() {
        String splitting = "{\"do_image_splitting\":true," + preprocessorConfig().substring(1);
        assertEquals(5, planner(splitting).plan(90, 60, Detail.AUTO).tileCount());
        assertEquals(1, planner(splitting).plan(90, 60, Detail.LOW).tileCount());
        assertEquals(1, planner(preprocessorConfig()).plan(90, 60, Detail.AUTO).tileCount());
        assertEquals(5, planner(preprocessorConfig()).plan(90, 60, Detail.HIGH).tileCount());
    }

    @Test
    void neighboursShareTheirBoundaryAndWordsAreSetOff() {
        String around = "<fake_token_around_image>";
        assertEquals("User:" + around, PromptLayout.between("User:" + around));
        assertEquals(around, PromptLayout.between(around + around));
        assertEquals(around + " What", PromptLayout.between(around + "What"));
        assertEquals(around + "\nWhat", PromptLayout.between(around + "\nWhat"));
        assertEquals(around + "<end_of_utterance>", PromptLayout.between(around + "<end_of_utterance>"));
        assertEquals(around + "\u001fa", PromptLayout.between(around + "\u001fa"));
    }

    @Test
    void edgesInTheWrongOrderAreRefused() {
        String swapped = "{\"size\":{\"shortest_edge\":96,\"longest_edge\":32}}";
        assertTrue(assertThrows(UnsupportedModelException.class, () -> planner(swapped)).getMessage().contains("size.shortest_edge"));
    }
}
