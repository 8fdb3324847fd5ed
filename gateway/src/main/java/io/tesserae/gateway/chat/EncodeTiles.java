package io.tesserae.gateway.chat;

import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Places;
import io.tesserae.gateway.errand.RequestTrace;
import io.tesserae.gateway.sight.ContentHash;
import io.tesserae.gateway.stage.EyeOutput;
import io.tesserae.gateway.stage.LoadedModel;
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

    /** One question's share of the eye. */
    Places places() {
        return new Places(inFlight);
    }

    /**
     * What becomes of each tile, in order, as promises.
     *
     * @param instruction ids of the question for a nerve that reads it; empty where none does
     */
    List<CompletableFuture<EyeOutput>> all(
            CutPicture picture, int tiles, Places places, List<Long> instruction, LoadedModel model, Errand errand) {
        List<CompletableFuture<EyeOutput>> outputs = new ArrayList<>();
        for (int tile = 0; tile < tiles; tile++) {
            outputs.add(whenThereIsRoom(places, picture, tile, instruction, model, errand));
        }
        return outputs;
    }

    private CompletableFuture<EyeOutput> whenThereIsRoom(
            Places places, CutPicture picture, int tile, List<Long> instruction, LoadedModel model, Errand errand) {
        CompletableFuture<Void> turn = new CompletableFuture<>();
        Places.Place place = places.enter(() -> turn.complete(null));
        errand.onAbort(() -> errand.failure().ifPresent(turn::completeExceptionally));
        CompletableFuture<RequestTrace.TileTrace> traced = turn.thenApply(now -> errand.trace().tile(tile));
        CompletableFuture<EyeOutput> encoded = traced.thenCompose(trace -> picture.tile(tile, trace)
                .thenCompose(pixels -> trace.in(() -> vision.encode(pixels, ContentHash.of(pixels.rgb()).bytes(), model.revision(), model.eyeProjects(),
                        model.nerveName(), model.eyeProjects() ? instruction : List.of(), picture.where().tile(tile), errand)))
                .whenComplete((output, thrown) -> trace.end(thrown)));
        return encoded.whenComplete((output, thrown) -> place.close());
    }
}
