package io.tesserae.families.idefics3;

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

class Idefics3FamilyTest extends FamilyContract {

    @Override
    protected String family() {
        return "idefics3";
    }

    @Override
    protected String preprocessorConfig() {
        return """
                {"size":{"longest_edge":256},"max_image_size":{"longest_edge":64},"resample":1}""";
    }

    @Override
    protected int tileSide() {
        return 64;
    }

    @TestFactory
    Stream<DynamicTest> tilesAreThoseOfTheReference() throws IOException {
        return GoldenTiles.of(family());
    }

    @Test
    void aPictureThatIsNotResizedIsRefusedByItsKey() {
        String unchanged = "{\"do_resize\":false," + preprocessorConfig().substring(1);
        assertTrue(assertThrows(UnsupportedModelException.class, () -> planner(unchanged)).getMessage().contains("do_resize"));
    }

    @Test
    void tilesAreNamedByRowAndColumnAndTheOverviewIsLast() {
        PicturePlan plan = planner(preprocessorConfig()).plan(256, 100, Detail.AUTO);
        StringBuilder prompt = new StringBuilder();
        plan.layout().forEach(piece -> prompt.append(piece instanceof PromptPiece.Text text ? text.text() : "#"));
        assertEquals("<fake_token_around_image><row_1_col_1>#<fake_token_around_image><row_1_col_2>#<fake_token_around_image><row_1_col_3>#"
                + "<fake_token_around_image><row_1_col_4>#\n<fake_token_around_image><row_2_col_1>#<fake_token_around_image><row_2_col_2>#"
                + "<fake_token_around_image><row_2_col_3>#<fake_token_around_image><row_2_col_4>#\n\n"
                + "<fake_token_around_image><global-img>#<fake_token_around_image>", prompt.toString());
    }
}
