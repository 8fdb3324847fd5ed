package io.tesserae.gateway.sight;

import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.SharedErrand;
import io.tesserae.gateway.stage.EyeOutput.Embeddings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * One picture on its way from pixels to embeddings, for all that wait for it. Each slot is a promise of its own, so that whoever joined
 * reads the first while the last is still being encoded.
 */
public final class Flight {

    private final List<CompletableFuture<Embeddings>> slots;
    private final CompletableFuture<Void> landed = new CompletableFuture<>();
    private final BiConsumer<Flight, List<Embeddings>> over;
    private SharedErrand shared;

    /** {@code over} hears once how it ended: with every slot's embeddings, or with null where it failed. */
    Flight(int slots, BiConsumer<Flight, List<Embeddings>> over) {
        this.slots = Stream.generate(CompletableFuture<Embeddings>::new).limit(slots).toList();
        this.over = over;
    }

    void sharedBy(SharedErrand errands) {
        shared = errands;
    }

    boolean join(Errand errand) {
        return shared.join(errand);
    }

    /** What the work runs under: it goes on while anybody waits. */
    public Errand errand() {
        return shared.errand();
    }

    /** Embeddings of each slot, in order. One that fails leaves the others of its flight unfinished; {@link #landed} says why. */
    public List<CompletableFuture<Embeddings>> slots() {
        return slots;
    }

    /** Completes after the last slot, or with the failure that ended the flight. By then it can no longer be joined. */
    public CompletableFuture<Void> landed() {
        return landed;
    }

    /** Has the slots filled by {@code made}, as each is ready. */
    public void fill(List<CompletableFuture<Embeddings>> made) {
        for (int slot = 0; slot < slots.size(); slot++) {
            CompletableFuture<Embeddings> promise = slots.get(slot);
            made.get(slot).whenComplete((embeddings, thrown) -> {
                if (thrown == null) {
                    promise.complete(embeddings);
                } else {
                    crash(Failure.from(thrown));
                }
            });
        }
        CompletableFuture.allOf(slots.toArray(CompletableFuture[]::new)).thenRun(this::land);
    }

    private void land() {
        over.accept(this, slots.stream().map(CompletableFuture::join).toList());
        shared.end();
        landed.complete(null);
    }

    /** It ends here, for this reason. Only the first call counts. */
    public void crash(Failure failure) {
        if (landed.isDone()) {
            return;
        }
        over.accept(this, null);
        errand().abort(failure);
        shared.end();
        landed.completeExceptionally(failure);
    }
}
