package io.tesserae.gateway.chat;

import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Where;
import io.tesserae.gateway.stage.EyeOutput;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.stage.ProjectorStage;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Step 6: turns features into what the brain reads. Where the eye has had this done already, there is nothing left to do. */
@ApplicationScoped
class ProjectFeatures {

    private final ProjectorStage projector;

    ProjectFeatures(ProjectorStage projector) {
        this.projector = projector;
    }

    /** Embeddings of each tile, in order, as promises. */
    List<CompletableFuture<EyeOutput.Embeddings>> all(
            List<CompletableFuture<EyeOutput>> outputs, Where picture, List<Long> instruction, LoadedModel model, Errand errand) {
        return IntStream.range(0, outputs.size())
                .mapToObj(tile -> outputs.get(tile).thenCompose(done -> project(done, picture.tile(tile), instruction, model, errand)))
                .toList();
    }

    private CompletableFuture<EyeOutput.Embeddings> project(
            EyeOutput output, Where tile, List<Long> instruction, LoadedModel model, Errand errand) {
        return output instanceof EyeOutput.Features features
                ? projector.project(features, instruction, model.revision(), model.nerveName(), tile, errand)
                : CompletableFuture.completedFuture((EyeOutput.Embeddings) output);
    }
}
