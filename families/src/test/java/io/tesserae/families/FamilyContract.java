package io.tesserae.families;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every family keeps to, whatever its checkpoint says. Each family's test extends it. */
public abstract class FamilyContract {

    protected abstract String family();

    /** A preprocessor_config.json of a model of this family. */
    protected abstract String preprocessorConfig();

    /** Pixels; 0 where tiles are of any size. */
    protected abstract int tileSide();

    /** What the nerve gives of a tile; 0 where that depends on the tile. */
    protected int tokensPerTile() {
        return 9;
    }

    /** Whether tiles that show nothing but padding may be left out of the prompt. */
    protected boolean dropsPadding() {
        return false;
    }

    /** How many times its shorter side a picture's longer one may be. */
    protected int longestAspect() {
        return Integer.MAX_VALUE;
    }

    protected final PicturePlanner planner(String preprocessorConfig) {
        return new Families().named(family()).plannerOf(new ModelFacts(preprocessorConfig, "{}", tileSide(), tileSide(), tokensPerTile(), "<image>"));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,5000", "5000,1", "640,480", "63,65", "1999,1001"})
    void everyPictureBecomesWholeTilesThatTheLayoutNames(int width, int height) {
        for (Detail detail : Detail.values()) {
            if (Math.max(width, height) > (long) longestAspect() * Math.min(width, height)) {
                String refused = assertThrows(UnsupportedPictureException.class,
                        () -> planner(preprocessorConfig()).plan(width, height, detail)).getMessage();
                assertTrue(refused.contains(width + "x" + height), refused);
                continue;
            }
            PicturePlan plan = planner(preprocessorConfig()).plan(width, height, detail);
            List<PromptPiece.Slot> slots = plan.layout().stream()
                    .filter(PromptPiece.Slot.class::isInstance).map(PromptPiece.Slot.class::cast).toList();
            List<Integer> tilesInPrompt = slots.stream().flatMap(slot -> slot.tiles().stream()).sorted().toList();
            List<Integer> all = IntStream.range(0, plan.tileCount()).boxed().toList();
            assertEquals(dropsPadding() ? all.stream().filter(tilesInPrompt::contains).toList() : all, tilesInPrompt,
                    "each tile stands in the prompt once");
            slots.forEach(this::everyTokenIsGiven);
            assertEquals(slots.stream().mapToInt(PromptPiece.Slot::tokens).sum(), plan.imageTokens());

            TileCutter cutter = plan.cutterOf(Drawn.smooth(width, height));
            for (int tile = 0; tile < plan.tileCount(); tile++) {
                Pixels cut = cutter.tile(tile);
                assertEquals(tileSide() == 0 ? cut.width() : tileSide(), cut.width());
                assertEquals(tileSide() == 0 ? cut.height() : tileSide(), cut.height());
            }
        }
    }

    /** Every float of the run is written, from the tiles' own and from nothing else. */
    private void everyTokenIsGiven(PromptPiece.Slot slot) {
        int width = 3;
        List<FloatBuffer> tiles = slot.tiles().stream().map(tile -> {
            float[] rows = new float[(tokensPerTile() == 0 ? slot.tokens() : tokensPerTile()) * width];
            Arrays.fill(rows, tile + 1);
            return FloatBuffer.wrap(rows).asReadOnlyBuffer();
        }).toList();
        float[] run = new float[slot.tokens() * width];
        slot.weaving().weave(tiles, width, FloatBuffer.wrap(run));
        float least = slot.tiles().stream().min(Integer::compare).orElseThrow() + 1;
        float most = slot.tiles().stream().max(Integer::compare).orElseThrow() + 1;
        for (int i = 0; i < run.length; i++) {
            assertTrue(run[i] >= least && run[i] <= most, "token " + i / width + " of the run of " + slot.tiles() + " is " + run[i]);
        }
    }

    @Test
    void lowDetailIsOneTile() {
        assertEquals(1, planner(preprocessorConfig()).plan(3000, 2000, Detail.LOW).tileCount());
    }

    @Test
    void tilesCanBeCutFromSeveralThreads() {
        PicturePlan plan = planner(preprocessorConfig()).plan(300, 200, Detail.HIGH);
        TileCutter cutter = plan.cutterOf(Drawn.smooth(300, 200));
        List<String> inOrder = IntStream.range(0, plan.tileCount()).mapToObj(i -> Drawn.sha256(cutter.tile(i))).toList();
        List<String> inParallel = IntStream.range(0, plan.tileCount()).parallel().mapToObj(i -> Drawn.sha256(cutter.tile(i))).toList();
        assertEquals(inOrder, inParallel);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{}"})
    void settingsThatSayNothingAreRefused(String preprocessorConfig) {
        UnsupportedModelException refused = assertThrows(UnsupportedModelException.class, () -> planner(preprocessorConfig));
        assertTrue(refused.getMessage().contains("preprocessor_config.json"), refused.getMessage());
    }

    @Test
    void tilesThatTheEyeDoesNotTakeAreRefused() {
        ModelFacts facts = new ModelFacts(preprocessorConfig(), "{}", tileSide() + 1, tileSide(), tokensPerTile(), "<image>");
        UnsupportedModelException refused = assertThrows(UnsupportedModelException.class, () -> new Families().named(family()).plannerOf(facts));
        assertTrue(refused.getMessage().contains("size"), refused.getMessage());
    }

    @Test
    void theFamilyIsFoundByItsName() {
        Families families = new Families();
        assertEquals(family(), families.named(family()).name());
        assertSame(families.named(family()), families.named(family()));
    }
}
