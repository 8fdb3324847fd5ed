package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.stage.EyeOutput.Embeddings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** One picture of one question, on its way to the brain. */
final class SeenPicture {

    private final Origin origin;
    private final List<CompletableFuture<Embeddings>> slots;

    /** Where its embeddings came from: what is asked at the end, when they themselves were let go of long ago. */
    private static final class Origin {

        private final int tiles;
        private volatile boolean cached;

        Origin(int tiles) {
            this.tiles = tiles;
        }
    }

    SeenPicture(TiledPicture picture) {
        origin = new Origin(picture.plan().tileCount());
        slots = Stream.generate(CompletableFuture<Embeddings>::new).limit(picture.slots().size()).toList();
    }

    /** Embeddings of each slot of its plan, in order. */
    List<CompletableFuture<Embeddings>> slots() {
        return slots;
    }

    void fail(Failure failure) {
        slots.forEach(slot -> slot.completeExceptionally(failure));
    }

    /** Whether it was kept, or under way for somebody else, when it was looked for. */
    void cached(boolean found) {
        origin.cached = found;
    }

    /** Counts the tiles of all pictures that did not have to be encoded for this question. */
    static IntSupplier cachedTilesOf(List<SeenPicture> pictures) {
        List<Origin> origins = pictures.stream().map(picture -> picture.origin).toList();
        return () -> origins.stream().mapToInt(origin -> origin.cached ? origin.tiles : 0).sum();
    }
}
