package io.tesserae.families;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a family keeps to that lays tiles out in a grid of tokens with a learned newline after each row; pinpoints of 56-pixel tiles. */
public abstract class AnyresContract extends FamilyContract {

    @Override
    protected int tileSide() {
        return 56;
    }

    @Override
    protected int tokensPerTile() {
        return 5;
    }

    @Override
    protected boolean dropsPadding() {
        return true;
    }

    @TestFactory
    Stream<DynamicTest> tilesAreThoseOfTheReference() throws IOException {
        return GoldenTiles.of(family());
    }

    /** Two by two tiles of two by two tokens; tile t's tokens are 10·t to 10·t + 3, its newline is −1. */
    @Test
    void rowsCrossTilesAndEndWithANewline() {
        List<float[]> runs = planner(preprocessorConfig()).plan(300, 300, Detail.AUTO).layout().stream()
                .map(piece -> run((PromptPiece.Slot) piece)).toList();
        assertEquals(3, runs.size());
        assertArrayEquals(new float[] {0, 1, 2, 3}, runs.get(0));
        assertArrayEquals(new float[] {10, 11, 20, 21, -1, 12, 13, 22, 23, -1}, runs.get(1));
        assertArrayEquals(new float[] {30, 31, 40, 41, -1, 32, 33, 42, 43, -1}, runs.get(2));
    }

    /** So thin that it fills no column of tokens: what is left of each row is its newline, as in the reference. */
    @Test
    void paddingIsLeftOut() {
        List<float[]> runs = planner(preprocessorConfig()).plan(10, 300, Detail.HIGH).layout().stream()
                .map(piece -> run((PromptPiece.Slot) piece)).toList();
        assertEquals(4, runs.size());
        runs.subList(1, 4).forEach(run -> assertArrayEquals(new float[] {-1, -1}, run));
    }

    @Test
    void lowDetailIsOneTileAndANewline() {
        assertArrayEquals(new float[] {0, 1, 2, 3, -1},
                run((PromptPiece.Slot) planner(preprocessorConfig()).plan(300, 300, Detail.LOW).layout().get(0)));
    }

    private static float[] run(PromptPiece.Slot slot) {
        List<FloatBuffer> tiles = slot.tiles().stream()
                .map(tile -> FloatBuffer.wrap(new float[] {10 * tile, 10 * tile + 1, 10 * tile + 2, 10 * tile + 3, -1})).toList();
        float[] run = new float[slot.tokens()];
        slot.weaving().weave(tiles, 1, FloatBuffer.wrap(run));
        return run;
    }

    @Test
    void canvasesThatAreNotWholeTilesAreRefusedByTheirKey() {
        String uneven = preprocessorConfig().replace("[56,112]", "[56,100]");
        assertTrue(assertThrows(UnsupportedModelException.class, () -> planner(uneven)).getMessage().contains("image_grid_pinpoints"));
    }

    @Test
    void aNerveWithoutANewlineIsRefused() {
        ModelFacts facts = new ModelFacts(preprocessorConfig(), "{}", 56, 56, 16, "<image>");
        assertTrue(assertThrows(UnsupportedModelException.class, () -> new Families().named(family()).plannerOf(facts)).getMessage()
                .contains("tokens_per_tile"));
    }
}
