package io.tesserae.families.llava;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.families.FamilyContract;
import io.tesserae.families.GoldenTiles;
import io.tesserae.families.UnsupportedModelException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

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

    @Test
    void paddingToASquareIsRefusedByItsKey() {
        String padded = "{\"do_pad\":true," + preprocessorConfig().substring(1);
        assertTrue(assertThrows(UnsupportedModelException.class, () -> planner(padded)).getMessage().contains("do_pad"));
    }
}
