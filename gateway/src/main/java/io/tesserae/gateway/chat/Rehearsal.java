package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Stage;
import io.tesserae.families.Pixels;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Where;
import io.tesserae.gateway.stage.EyeOutput.Embeddings;
import io.tesserae.gateway.stage.Models;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The same steps as {@link AnswerQuestion}, as far as somebody wants to see them, and nothing generated. */
@ApplicationScoped
public class Rehearsal {

    private final RequestThreads threads;
    private final Models models;
    private final FetchPictures fetch;
    private final DecodePictures decode;
    private final PlanTiles tile;
    private final SeePictures see;
    private final LayOutPrompt prompt;
    private final Workers workers;

    Rehearsal(RequestThreads threads, Models models, FetchPictures fetch, DecodePictures decode, PlanTiles tile, SeePictures see, LayOutPrompt prompt,
            Workers workers) {
        this.threads = threads;
        this.models = models;
        this.fetch = fetch;
        this.decode = decode;
        this.tile = tile;
        this.see = see;
        this.prompt = prompt;
        this.workers = workers;
    }

    /** Steps 2, 3, 4 and 7. */
    public CompletableFuture<Rehearsed> upToThePrompt(Question question, Errand errand) {
        return models.asked(question, errand).thenComposeAsync(model -> fetch.of(question, errand).thenComposeAsync(album -> {
            List<TiledPicture> tiles = tile.of(decode.open(album, errand), album.order().size(), model, errand);
            return prompt.render(question, model, errand)
                    .thenApply(chat -> new Rehearsed(question, model, tiles, chat, prompt.of(chat, album, tiles, model)));
        }, threads), threads);
    }

    /** One tile as the eye gets it. */
    public CompletableFuture<Pixels> tile(Rehearsed rehearsed, int picture, int index, Errand errand) {
        TiledPicture tiled = within(rehearsed.tiled(), picture, "picture");
        if (index < 0 || index >= tiled.plan().tileCount()) {
            throw Failure.inField(Reason.INVALID_FIELD, "tile", "'tile' must be from 0 to " + (tiled.plan().tileCount() - 1));
        }
        Decoding decoding = decode.pixels(tiled.picture(), errand);
        Where where = Where.picture(tiled.picture().file().hash());
        return decoding.done().thenApplyAsync(decoded -> errand.clock().time(Stage.TILE, where.tile(index),
                () -> tiled.plan().cutterOf(decoded.pixels()).tile(index)), workers)
                .whenComplete((pixels, thrown) -> decoding.leave(errand));
    }

    /** Embeddings of each slot of the prompt, by its number. */
    public CompletableFuture<List<Embeddings>> embeddings(Rehearsed rehearsed, Errand errand) {
        List<SeenPicture> seen = see.all(rehearsed.tiled(), rehearsed.chat(), rehearsed.model(), errand);
        List<CompletableFuture<Embeddings>> slots = new ArrayList<>();
        rehearsed.places().forEach(place -> slots.add(seen.get(place.picture()).slots().get(place.slot())));
        return CompletableFuture.allOf(slots.toArray(CompletableFuture[]::new))
                .thenApply(all -> slots.stream().map(CompletableFuture::join).toList());
    }

    private static <T> T within(List<T> list, int index, String field) {
        if (list.isEmpty()) {
            throw Failure.inField(Reason.INVALID_FIELD, "messages", "this explanation needs an image in 'messages'");
        }
        if (index < 0 || index >= list.size()) {
            throw Failure.inField(Reason.INVALID_FIELD, field, "'" + field + "' must be from 0 to " + (list.size() - 1));
        }
        return list.get(index);
    }
}
