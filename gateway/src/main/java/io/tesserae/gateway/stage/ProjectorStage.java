package io.tesserae.gateway.stage;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Stage;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Where;
import io.tesserae.projector.v1.DescribeRequest;
import io.tesserae.projector.v1.DescribeResponse;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectTimings;
import io.tesserae.projector.v1.ProjectedTile;
import io.tesserae.projector.v1.ProjectorGrpc;
import io.tesserae.projector.v1.TileFeatures;
import io.tesserae.tensor.v1.Grid;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** The nerve. */
@ApplicationScoped
public class ProjectorStage {

    private final StageLinks links;

    ProjectorStage(StageLinks links) {
        this.links = links;
    }

    /** What the nerve says of itself. */
    public CompletableFuture<NerveCard> describe(Errand errand) {
        return links.projector().call(ProjectorGrpc.getDescribeMethod(), DescribeRequest.getDefaultInstance(), errand).thenApply(ProjectorStage::cardOf);
    }

    /** What each of its replicas says of itself. */
    public CompletableFuture<List<NerveCard>> describeEach(Errand errand) {
        return links.projector().callEach(ProjectorGrpc.getDescribeMethod(), DescribeRequest.getDefaultInstance(), errand)
                .thenApply(cards -> cards.stream().map(ProjectorStage::cardOf).toList());
    }

    private static NerveCard cardOf(DescribeResponse card) {
        return new NerveCard(card.getModel(), card.getFamily(), card.getRevision(), card.getEngine(),
                        card.getNerve(), nervesOf(card));
    }

    /** A stage that lists none has the one that its card describes. */
    private static List<NerveCard.Nerve> nervesOf(DescribeResponse card) {
        return card.getNervesCount() == 0
                ? List.of(new NerveCard.Nerve(
                        card.getNerve(), card.getKind(), card.getTokensPerTile(), card.getReadsInstruction(), card.getPrecision()))
                : card.getNervesList().stream()
                        .map(nerve -> new NerveCard.Nerve(
                                nerve.getName(), nerve.getKind(), nerve.getTokensPerTile(), nerve.getReadsInstruction(), nerve.getPrecision()))
                        .toList();
    }

    /**
     * Projects the features of one tile with the nerve of that name.
     *
     * @param instruction see {@link RenderedChat#instruction}; empty where that nerve reads none
     * @param where       which tile it is, for the request's clock
     */
    public CompletableFuture<EyeOutput.Embeddings> project(
            EyeOutput.Features features, List<Long> instruction, String revision, String nerve, Where where, Errand errand) {
        TileFeatures.Builder tile = TileFeatures.newBuilder().addAllFeatures(WireTensors.toMessages(features.byName()));
        features.layout().ifPresent(layout ->
                tile.setGrid(Grid.newBuilder().setColumns(layout.columns()).setRows(layout.rows())));
        ProjectRequest request = ProjectRequest.newBuilder().setModelRevision(revision).setNerve(nerve).addTiles(tile)
                .addAllInstructionIds(instruction).build();
        long start = System.nanoTime();
        AtomicReference<String> replica = new AtomicReference<>("");
        return links.projector().callHedged(ProjectorGrpc.getProjectMethod(), request, errand, replica::set)
                .exceptionally(LlmStage::blamingInstruction)
                .thenApply(response -> {
                    account(response.getTimings(), start, where.by(replica.get(), response.getTimings().getBatchSize()), errand);
                    return embeddingsOf(response);
                });
    }

    private static void account(ProjectTimings timings, long start, Where where, Errand errand) {
        CallSpan.of(start, System.nanoTime())
                .then(Stage.QUEUE, timings.getQueueMicros())
                .then(Stage.PROJECT, timings.getProjectMicros())
                .recordIn(errand.clock(), where);
    }

    private static EyeOutput.Embeddings embeddingsOf(ProjectResponse response) {
        if (response.getTilesCount() != 1) {
            throw Failure.of(Reason.INTERNAL, "the projector stage answered one tile with " + response.getTilesCount());
        }
        ProjectedTile tile = response.getTiles(0);
        return new EyeOutput.Embeddings(WireTensors.fromMessage(tile.getEmbeddings()),
                tile.getLevelEmbeddingsList().stream().map(WireTensors::fromMessage).toList());
    }
}
