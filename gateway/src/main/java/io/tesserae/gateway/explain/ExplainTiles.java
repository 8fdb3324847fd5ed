package io.tesserae.gateway.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Stage;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.families.Pixels;
import io.tesserae.gateway.chat.Rehearsed;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Where;
import io.tesserae.gateway.sight.ContentHash;
import io.tesserae.gateway.stage.ExplanationStage;
import io.tesserae.gateway.stage.ExplanationStage.NearWord;
import io.tesserae.gateway.stage.EyeCard;
import io.tesserae.gateway.stage.EyeOutput;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.stage.NerveCard;
import io.tesserae.gateway.stage.ProjectorStage;
import io.tesserae.gateway.stage.VisionStage;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the eye makes of a tile's patches, and each nerve of that: asked of the stages anew, whatever caches hold. */
@ApplicationScoped
public class ExplainTiles {

    private final VisionStage vision;
    private final ProjectorStage projector;
    private final ExplanationStage brain;

    ExplainTiles(VisionStage vision, ProjectorStage projector, ExplanationStage brain) {
        this.vision = vision;
        this.projector = projector;
        this.brain = brain;
    }

    /** The grid of a tile's patches; of one patch, where {@code patch} is not negative, its pixels, vector and feature. */
    public CompletableFuture<ObjectNode> patches(Rehearsed rehearsed, Pixels tile, int patch, Errand errand) {
        LoadedModel model = rehearsed.model();
        return features(tile, model, errand).thenApply(features -> {
            PatchGrid grid = PatchGrid.of(features, tile);
            if (patch >= grid.count()) {
                throw Failure.inField(Reason.INVALID_FIELD, "patch", "'patch' must be from 0 to " + (grid.count() - 1));
            }
            ObjectNode node = Explanations.object();
            node.putObject("tile").put("width", tile.width()).put("height", tile.height());
            node.putObject("patches").put("kind", PatchGrid.kind(Explanations.config(model)))
                    .put("columns", grid.columns()).put("rows", grid.rows()).put("width", grid.width()).put("height", grid.height())
                    .put("numbers", grid.width() * grid.height() * 3).put("feature", grid.name()).put("hidden", grid.hidden());
            ArrayNode all = node.putArray("features");
            features.byName().forEach((name, tensor) -> {
                ArrayNode shape = all.addObject().put("name", name).putArray("shape");
                for (long extent : tensor.shape()) {
                    shape.add(extent);
                }
            });
            node.put("encode_ms", spent(errand, Stage.ENCODE));
            if (patch >= 0) {
                onePatch(node.putObject("patch"), grid, tile, patch, model);
            }
            return node;
        });
    }

    private static void onePatch(ObjectNode node, PatchGrid grid, Pixels tile, int patch, LoadedModel model) {
        node.put("patch", patch).put("column", patch % grid.columns()).put("row", patch / grid.columns());
        int[] pixels = grid.pixelsOf(tile, patch);
        ArrayNode numbers = node.putArray("pixels");
        for (int number : pixels) {
            numbers.add(number);
        }
        JsonNode settings = model.eye().map(EyeCard::preprocessorConfig).map(Explanations::parsed).orElseThrow();
        JsonNode mean = settings.path("image_mean");
        JsonNode std = settings.path("image_std");
        if (mean.size() == 3 && std.size() == 3) {
            double factor = settings.path("rescale_factor").asDouble(1 / 255.0);
            ArrayNode vector = node.putArray("vector");
            for (int i = 0; i < pixels.length; i++) {
                vector.add(Explanations.rounded((pixels[i] * factor - mean.get(i % 3).asDouble()) / std.get(i % 3).asDouble()));
            }
        }
        Explanations.numbers(node.putArray("feature"), grid.featureOf(patch));
        Explanations.numbers(node.putArray("likeness"), grid.likeness(patch));
    }

    private CompletableFuture<EyeOutput.Features> features(Pixels tile, LoadedModel model, Errand errand) {
        return vision.encode(tile, ContentHash.of(tile.rgb()).bytes(), model.revision(), false, "", List.of(), Where.NOWHERE, errand)
                .thenApply(EyeOutput.Features.class::cast);
    }

    /** Wall time of a stage under this errand until now, in milliseconds. */
    private static double spent(Errand errand, Stage stage) {
        return Explanations.millis(errand.clock().times().nanos().getOrDefault(stage, 0L));
    }

    /** A tile through every nerve of the model, one after the other; with {@code words} above 0 the nearest words of each token of {@code nerve}. */
    public CompletableFuture<ObjectNode> projection(Rehearsed rehearsed, Pixels tile, String nerve, int words, Errand errand) {
        LoadedModel model = rehearsed.model();
        NerveCard card = model.nerve().orElseThrow();
        List<NerveCard.Nerve> nerves = card.nerves().stream().filter(one -> nerve.isEmpty() || one.name().equals(nerve)).toList();
        if (nerves.isEmpty()) {
            throw Failure.inField(Reason.INVALID_FIELD, "nerve", "'nerve' names no nerve of this model; it has " + card.names());
        }
        return features(tile, model, errand).thenCompose(features -> {
            ObjectNode node = Explanations.object().put("encode_ms", spent(errand, Stage.ENCODE));
            PatchGrid grid = PatchGrid.of(features, tile);
            node.put("patches", grid.count()).put("hidden", grid.hidden());
            ArrayNode list = node.putArray("nerves");
            List<Tensor> projected = new ArrayList<>();
            return one(nerves.iterator(), features, model, errand, list, projected)
                    .thenCompose(all -> words > 0 ? near(list, projected, words, model, errand) : CompletableFuture.completedFuture(null))
                    .thenApply(all -> node);
        });
    }

    private CompletableFuture<Void> one(
            Iterator<NerveCard.Nerve> nerves, EyeOutput.Features features, LoadedModel model, Errand errand, ArrayNode list, List<Tensor> projected) {
        if (!nerves.hasNext()) {
            return CompletableFuture.completedFuture(null);
        }
        NerveCard.Nerve nerve = nerves.next();
        double before = spent(errand, Stage.PROJECT);
        return projector.project(features, List.of(), model.revision(), nerve.name(), Where.NOWHERE, errand).thenCompose(embeddings -> {
            Tensor tokens = embeddings.tokens();
            ObjectNode node = list.addObject().put("name", nerve.name()).put("kind", nerve.kind())
                    .put("tokens", tokens.extent(0)).put("width", tokens.extent(1))
                    .put("project_ms", Explanations.rounded(spent(errand, Stage.PROJECT) - before));
            node.set("groups", TokenGroups.ofTile((int) tokens.extent(0), nerve.kind(), Explanations.config(model)));
            projected.add(tokens);
            return one(nerves, features, model, errand, list, projected);
        });
    }

    private CompletableFuture<Void> near(ArrayNode list, List<Tensor> projected, int words, LoadedModel model, Errand errand) {
        return brain.nearestWords(joined(projected), words, model.revision(), errand).thenAccept(found -> {
            int at = 0;
            for (int nerve = 0; nerve < list.size(); nerve++) {
                ArrayNode tokens = ((ObjectNode) list.get(nerve)).putArray("words");
                for (int token = 0; token < projected.get(nerve).extent(0); token++) {
                    ArrayNode near = tokens.addArray();
                    for (NearWord word : found.get(at)) {
                        near.addObject().put("id", word.id()).put("text", word.text()).put("similarity", Explanations.rounded(word.similarity()));
                    }
                    at++;
                }
            }
        });
    }

    /** One matrix under the other. */
    private static Tensor joined(List<Tensor> matrices) {
        int rows = matrices.stream().mapToInt(matrix -> (int) matrix.extent(0)).sum();
        int width = (int) matrices.get(0).extent(1);
        ByteBuffer data = ByteBuffer.allocate(4 * rows * width).order(ByteOrder.LITTLE_ENDIAN);
        matrices.forEach(matrix -> {
            for (int row = 0; row < matrix.extent(0); row++) {
                for (float number : Explanations.row(matrix, row)) {
                    data.putFloat(number);
                }
            }
        });
        return new Tensor(ElementKind.FLOAT32, new long[] {rows, width}, data.flip().order(ByteOrder.LITTLE_ENDIAN));
    }
}
