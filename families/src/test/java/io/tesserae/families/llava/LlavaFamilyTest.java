package io.tesserae.families.llava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.families.Detail;
import io.tesserae.families.Drawn;
import io.tesserae.families.Families;
import io.tesserae.families.FamilyContract;
import io.tesserae.families.GoldenTiles;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlan;
import io.tesserae.families.Pixels;
import io.tesserae.families.UnsupportedModelException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlavaFamilyTest extends FamilyContract {

    @Override
    protected String family() {
        return "llava";
    }

    @Override
    protected String preprocessorConfig() {
        return """
                {"size":{"shortest_edge":56},"crop_size":{"height":56,"width":56},"resample":3}""";
    }

    @Override
    protected int tileSide() {
        return 56;
    }

    @TestFactory
    Stream<DynamicTest> tilesAreThoseOfTheReference() throws IOException {
        return GoldenTiles.of(family());
    }

    @ParameterizedTest
    @CsvSource({"1,30000", "30000,1", "1,5000"})
    void theLongestPicturesTakeNoMoreThanTheirTile(int width, int height) {
        String published = """
                {"size":{"shortest_edge":336},"crop_size":{"height":336,"width":336},"resample":3}""";
        PicturePlan plan = new Families().named("llava").plannerOf(new ModelFacts(published, "{}", 336, 336, 576, "<image>"))
                .plan(width, height, Detail.AUTO);
        Pixels tile = plan.cutterOf(Drawn.smooth(width, height)).tile(0);
        assertEquals(336, tile.width());
        assertEquals(336, tile.height());
    }

    @Test
    void aPictureThatIsNotResizedIsRefusedByItsKey() {
        String unchanged = "{\"do_resize\":false," + preprocessorConfig().substring(1);
        assertTrue(assertThrows(UnsupportedModelException.class, () -> planner(unchanged)).getMessage().contains("do_resize"));
    }

    @Test
    void paddingToASquareIsRefusedByItsKey() {
        String padded = "{\"do_pad\":true," + preprocessorConfig().substring(1);
        assertTrue(assertThrows(UnsupportedModelException.class, () -> planner(padded)).getMessage().contains("do_pad"));
    }
}
