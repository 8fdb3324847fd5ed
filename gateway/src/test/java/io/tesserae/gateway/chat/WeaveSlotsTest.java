package io.tesserae.gateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.families.PromptPiece;
import io.tesserae.families.Weaving;
import io.tesserae.gateway.stage.EyeOutput;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeaveSlotsTest {

    /** The last token of the second tile, then the first of the first. */
    private static final Weaving CROSSED = (tiles, width, run) -> {
        run.put(0, tiles.get(1), tiles.get(1).limit() - width, width);
        run.put(width, tiles.get(0), 0, width);
    };

    @Test
    void aRunTakesFromSeveralTilesOnEveryLevel() {
        EyeOutput.Embeddings woven = WeaveSlots.woven(new PromptPiece.Slot(List.of(0, 1), 2, CROSSED), List.of(
                new EyeOutput.Embeddings(Tensor.ofFloats(new float[] {1, 2, 3, 4}, 2, 2), List.of(Tensor.ofFloats(new float[] {10, 20, 30, 40}, 2, 2))),
                new EyeOutput.Embeddings(Tensor.ofFloats(new float[] {5, 6, 7, 8}, 2, 2), List.of(Tensor.ofFloats(new float[] {50, 60, 70, 80}, 2, 2)))));
        assertEquals(Tensor.ofFloats(new float[] {7, 8, 1, 2}, 2, 2), woven.tokens());
        assertEquals(List.of(Tensor.ofFloats(new float[] {70, 80, 10, 20}, 2, 2)), woven.levels());
    }

    @Test
    void embeddingsOfOtherWidthsAreNotWoven() {
        List<EyeOutput.Embeddings> uneven = List.of(
                new EyeOutput.Embeddings(Tensor.ofFloats(new float[] {1, 2}, 1, 2), List.of()),
                new EyeOutput.Embeddings(Tensor.ofFloats(new float[] {1, 2, 3}, 1, 3), List.of()));
        Failure failure = assertThrows(Failure.class, () -> WeaveSlots.woven(new PromptPiece.Slot(List.of(0, 1), 2, CROSSED), uneven));
        assertEquals(Reason.INTERNAL, failure.reason());
    }
}
