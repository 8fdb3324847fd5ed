package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.families.Pixels;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.SharedErrand;
import io.tesserae.gateway.sight.ContentHash;
import java.util.concurrent.CompletableFuture;

/**
 * A file's pixels, for all that need them: decoded once, held while anybody needs them, and let go of with the last. They hold one of a
 * bounded number of places, so that pixels held at once are bounded over all requests.
 */
final class Decoding {

    private final CompletableFuture<Decoded> done = new CompletableFuture<>();
    private SharedErrand shared;

    /**
     * A picture and what it is known by.
     *
     * @param hash over width, height and pixels
     */
    record Decoded(Pixels pixels, ContentHash hash) {

        static Decoded of(Pixels pixels) {
            return new Decoded(pixels, ContentHash.of("tesserae pixels 1", pixels.width(), pixels.height(), pixels.rgb()));
        }
    }

    void sharedBy(SharedErrand errands) {
        shared = errands;
        errands.errand().onAbort(() -> done.completeExceptionally(Failure.of(Reason.CANCELLED, "nobody waits for this picture any more")));
    }

    boolean join(Errand errand) {
        return shared.join(errand);
    }

    /** What decoding runs under. */
    Errand errand() {
        return shared.errand();
    }

    /** The pixels, or why there are none. */
    CompletableFuture<Decoded> done() {
        return done;
    }

    /** {@code errand} needs the pixels no longer. */
    void leave(Errand errand) {
        shared.leave(errand);
    }
}
