package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.sight.ContentHash;
import io.tesserae.gateway.sight.EmbeddingCache;
import io.tesserae.gateway.sight.EmbeddingCache.Found;
import io.tesserae.gateway.sight.Flight;
import io.tesserae.gateway.stage.EyeOutput.Embeddings;
import io.tesserae.gateway.stage.LoadedModel;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * One question's look for one picture. What fails for somebody else need not fail here: a question that waited for another's work looks
 * once more, and does the work itself where nobody else has begun to.
 */
final class Look {

    /** What would be the same for everybody. */
    private static final Set<Reason> FINAL = EnumSet.of(Reason.REVISION_MISMATCH, Reason.INVALID_FIELD, Reason.IMAGE_UNREADABLE,
            Reason.IMAGE_TOO_LARGE, Reason.IMAGE_TYPE_UNSUPPORTED);

    private static final Set<Reason> OF_THE_FILE = EnumSet.of(Reason.IMAGE_UNREADABLE, Reason.IMAGE_TOO_LARGE, Reason.IMAGE_TYPE_UNSUPPORTED);

    private final TiledPicture picture;
    private final SeenPicture seen;
    private final List<Long> instruction;
    private final LoadedModel model;
    private final Errand errand;
    private final DecodePictures decode;
    private final EmbeddingCache cache;
    private final BiConsumer<TiledPicture, Flight> work;
    private boolean again;

    Look(TiledPicture picture, SeenPicture seen, List<Long> instruction, LoadedModel model, Errand errand, DecodePictures decode,
            EmbeddingCache cache, BiConsumer<TiledPicture, Flight> work) {
        this.picture = picture;
        this.seen = seen;
        this.instruction = instruction;
        this.model = model;
        this.errand = errand;
        this.decode = decode;
        this.cache = cache;
        this.work = work;
    }

    /** Looks by the file where its pixels are known already; else by the pixels, which are held until that is done. */
    void begin() {
        ContentHash file = picture.picture().file().hash();
        Optional<ContentHash> known = cache.pixelsOf(file);
        if (known.isPresent()) {
            find(known.get());
            return;
        }
        Decoding decoding = decode.pixels(picture.picture(), errand);
        decoding.done().whenComplete((decoded, thrown) -> {
            if (thrown == null) {
                cache.decoded(file, decoded.hash());
                find(decoded.hash());
            } else {
                fail(Failure.from(thrown));
            }
            decoding.leave(errand);
        });
    }

    private void find(ContentHash pixels) {
        Found found = cache.find(picture.keyOf(pixels, model, instruction), seen.slots().size(), model.name(), errand);
        seen.cached(!(found instanceof Found.Fresh));
        if (found instanceof Found.Kept kept) {
            for (int slot = 0; slot < kept.slots().size(); slot++) {
                seen.slots().get(slot).complete(kept.slots().get(slot));
            }
        } else if (found instanceof Found.Joined joined) {
            await(joined.flight(), true);
        } else if (found instanceof Found.Fresh fresh) {
            await(fresh.flight(), false);
            begin(fresh.flight());
        }
    }

    private void begin(Flight flight) {
        try {
            work.accept(picture, flight);
        } catch (RuntimeException | OutOfMemoryError thrown) {
            flight.crash(Failure.from(thrown));
        }
    }

    private void await(Flight flight, boolean ofAnother) {
        for (int slot = 0; slot < flight.slots().size(); slot++) {
            int number = slot;
            flight.slots().get(slot).thenAccept((Embeddings embeddings) -> seen.slots().get(number).complete(embeddings));
        }
        flight.landed().whenComplete((all, thrown) -> {
            if (thrown != null) {
                ended(Failure.from(thrown), ofAnother);
            }
        });
    }

    private void ended(Failure failure, boolean ofAnother) {
        if (ofAnother && !again && errand.failure().isEmpty() && !FINAL.contains(failure.reason())) {
            again = true;
            begin();
        } else {
            fail(failure);
        }
    }

    private void fail(Failure failure) {
        seen.fail(OF_THE_FILE.contains(failure.reason()) ? failure.blaming(picture.picture().file().field()) : failure);
    }
}
