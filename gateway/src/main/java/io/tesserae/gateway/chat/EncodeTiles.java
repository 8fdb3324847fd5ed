package io.tesserae.gateway.chat;

import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.stage.EyeOutput;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.stage.RenderedChat;
import io.tesserae.gateway.stage.VisionStage;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Step 5: sends every tile to the eye as soon as it is cut, a bounded number at once, a call each. */
@ApplicationScoped
class EncodeTiles {

    private final VisionStage vision;
    private final int inFlight;

    EncodeTiles(VisionStage vision, GatewayConfig config) {
        this.vision = vision;
        inFlight = Math.max(1, config.tilesInFlight());
    }

    /** What becomes of each tile, in order, as promises. Only a nerve that reads the question makes the eye wait for {@code chat}. */
    List<CompletableFuture<EyeOutput>> all(
            List<TiledPicture> pictures, CompletableFuture<RenderedChat> chat, LoadedModel model, Errand errand) {
        CompletableFuture<List<Long>> instruction = model.readsInstruction() && model.eyeProjects()
                ? chat.thenApply(RenderedChat::instruction) : CompletableFuture.completedFuture(List.of());
        List<CompletableFuture<EyeOutput>> outputs = new ArrayList<>();
        Places places = new Places(inFlight);
        for (TiledPicture tiled : pictures) {
            for (int tile = 0; tile < tiled.plan().tileCount(); tile++) {
                outputs.add(whenThereIsRoom(places, tiled, tile, instruction, model, errand));
            }
        }
        return outputs;
    }

    private CompletableFuture<EyeOutput> whenThereIsRoom(
            Places places, TiledPicture tiled, int tile, CompletableFuture<List<Long>> instruction, LoadedModel model, Errand errand) {
        CompletableFuture<Void> turn = new CompletableFuture<>();
        Places.Place place = places.enter(() -> turn.complete(null));
        errand.onAbort(() -> errand.failure().ifPresent(turn::completeExceptionally));
        return turn
                .thenCompose(now -> instruction)
                .thenCompose(ids -> encode(tiled, tile, ids, model, errand))
                .whenComplete((output, thrown) -> place.close());
    }

    private CompletableFuture<EyeOutput> encode(TiledPicture tiled, int tile, List<Long> instruction, LoadedModel model, Errand errand) {
        return tiled.picture().tile(tiled.plan(), tile).thenCompose(pixels ->
                vision.encode(pixels, Hashes.sha256(pixels.rgb()), model.revision(), model.eyeProjects(), model.nerveName(), instruction, errand));
    }
}
