package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Places;
import io.tesserae.gateway.errand.Where;
import io.tesserae.gateway.sight.EmbeddingCache;
import io.tesserae.gateway.sight.Flight;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.stage.RenderedChat;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Steps 5 and 6: gets every picture's embeddings. One that was seen before, or that somebody else is looking at, is not encoded again; any
 * other is decoded, cut, encoded, projected and woven, for whoever may come to ask meanwhile.
 */
@ApplicationScoped
class SeePictures {

    private final DecodePictures decode;
    private final EncodeTiles encode;
    private final ProjectFeatures project;
    private final WeaveSlots weave;
    private final Workers workers;
    private final EmbeddingCache cache;

    SeePictures(DecodePictures decode, EncodeTiles encode, ProjectFeatures project, WeaveSlots weave, Workers workers, EmbeddingCache cache) {
        this.decode = decode;
        this.encode = encode;
        this.project = project;
        this.weave = weave;
        this.workers = workers;
        this.cache = cache;
    }

    /** Embeddings of each picture, as promises. Only a nerve that reads the question makes them wait for {@code chat}. */
    List<SeenPicture> all(List<TiledPicture> pictures, CompletableFuture<RenderedChat> chat, LoadedModel model, Errand errand) {
        CompletableFuture<List<Long>> instruction = model.readsInstruction()
                ? chat.thenApply(RenderedChat::instruction) : CompletableFuture.completedFuture(List.of());
        Places places = encode.places();
        List<SeenPicture> pictured = new ArrayList<>();
        for (TiledPicture picture : pictures) {
            SeenPicture seen = new SeenPicture(picture);
            Errand.Handle failing = errand.onAbort(() -> errand.failure().ifPresent(seen::fail));
            CompletableFuture.allOf(seen.slots().toArray(CompletableFuture[]::new)).whenComplete((all, thrown) -> failing.close());
            instruction.whenComplete((ids, thrown) -> {
                if (thrown == null) {
                    new Look(picture, seen, ids, model, errand, decode, cache, (with, flight) -> fly(with, flight, ids, model, places)).begin();
                } else {
                    seen.fail(Failure.from(thrown));
                }
            });
            pictured.add(seen);
        }
        return pictured;
    }

    /** The work on a picture that was never seen. */
    private void fly(TiledPicture picture, Flight flight, List<Long> instruction, LoadedModel model, Places places) {
        Errand errand = flight.errand();
        Where where = Where.picture(picture.picture().file().hash());
        CutPicture cut = new CutPicture(decode.pixels(picture.picture(), errand), picture.plan(), where, workers, errand);
        flight.fill(weave.all(picture.slots(),
                project.all(
                        encode.all(cut, picture.plan().tileCount(), places, instruction, model, errand),
                        where, instruction, model, errand),
                errand));
    }
}
