package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Stage;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.families.PromptPiece;
import io.tesserae.families.Weaving;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.stage.EyeOutput;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * The end of step 6: makes each slot's embeddings of those of its tiles, as the family weaves them, once these tiles are there.
 * Most slots are one tile as it is, and pass through.
 */
@ApplicationScoped
class WeaveSlots {

    private final Workers workers;

    WeaveSlots(Workers workers) {
        this.workers = workers;
    }

    /** Embeddings of each slot, in order, as promises. */
    List<CompletableFuture<EyeOutput.Embeddings>> all(
            List<PromptPiece.Slot> slots, List<CompletableFuture<EyeOutput.Embeddings>> tiles, Errand errand) {
        return slots.stream().map(slot -> when(slot, slot.tiles().stream().map(tiles::get).toList(), errand)).toList();
    }

    private CompletableFuture<EyeOutput.Embeddings> when(
            PromptPiece.Slot slot, List<CompletableFuture<EyeOutput.Embeddings>> tiles, Errand errand) {
        if (slot.weaving() == Weaving.WHOLE) {
            return tiles.get(0);
        }
        return CompletableFuture.allOf(tiles.toArray(CompletableFuture[]::new)).thenApplyAsync(ready -> {
            errand.check();
            return errand.clock().time(Stage.PROJECT, () -> woven(slot, tiles.stream().map(CompletableFuture::join).toList()));
        }, workers);
    }

    static EyeOutput.Embeddings woven(PromptPiece.Slot slot, List<EyeOutput.Embeddings> tiles) {
        int levels = tiles.get(0).levels().size();
        return new EyeOutput.Embeddings(
                woven(slot.weaving(), slot.tokens(), tiles.stream().map(EyeOutput.Embeddings::tokens).toList()),
                IntStream.range(0, levels)
                        .mapToObj(level -> woven(slot.weaving(), slot.tokens(), tiles.stream().map(tile -> tile.levels().get(level)).toList()))
                        .toList());
    }

    private static Tensor woven(Weaving weaving, int tokens, List<Tensor> tiles) {
        int width = width(tiles);
        ByteBuffer data = ByteBuffer.allocateDirect(Math.multiplyExact(Math.multiplyExact(tokens, width), Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        List<FloatBuffer> rows = tiles.stream().map(Tensor::floats).toList();
        weaving.weave(rows, width, data.asFloatBuffer());
        return new Tensor(ElementKind.FLOAT32, new long[] {tokens, width}, data);
    }

    private static int width(List<Tensor> tiles) {
        Tensor first = tiles.get(0);
        for (Tensor tile : tiles) {
            if (tile.kind() != ElementKind.FLOAT32 || tile.rank() != 2 || tile.extent(1) != first.extent(1)) {
                throw Failure.of(Reason.INTERNAL, "the projector stage gives " + tile + " and " + first + ", must be FLOAT32 [token, width]");
            }
        }
        return Math.toIntExact(first.extent(1));
    }
}
