package io.tesserae.families;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a family keeps to that stretches the one picture of a conversation to one tile, as BLIP's processor does. */
public abstract class OnePictureContract extends FamilyContract {

    @Override
    protected String preprocessorConfig() {
        return """
                {"size":{"height":56,"width":56},"resample":3}""";
    }

    @Override
    protected int tileSide() {
        return 56;
    }

    @TestFactory
    Stream<DynamicTest> tilesAreThoseOfTheReference() throws IOException {
        return GoldenTiles.of("blip2", family());
    }

    @Test
    void aConversationShowsOnePicture() {
        assertEquals(1, planner(preprocessorConfig()).mostPictures());
    }

    @Test
    void aPictureThatIsNotResizedIsRefusedByItsKey() {
        String unchanged = "{\"do_resize\":false," + preprocessorConfig().substring(1);
        assertTrue(assertThrows(UnsupportedModelException.class, () -> planner(unchanged)).getMessage().contains("do_resize"));
    }
}
