package io.tesserae.projector;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.stage.RequestChecks;
import io.tesserae.engines.stage.SquareGrid;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectTimings;
import io.tesserae.projector.v1.ProjectedTile;
import io.tesserae.projector.v1.TileFeatures;
import io.tesserae.tensor.v1.Grid;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** One Project call: the request is checked, its tiles are projected, and the embeddings are answered with their grids. */
final class Projecting {

    /** Schools whose tokens have no place in the picture: each is a mixture of all patches. */
    private static final Set<String> WITHOUT_GRID = Set.of("resampler");
    private static final int TOKEN_AXIS = 0;

    private final Nerves nerves;
    private final int maxTiles;

    Projecting(Nerves nerves, ProjectorSettings settings) {
        this.nerves = nerves;
        this.maxTiles = settings.maxTiles();
    }

    /** Throws a failure where the request is wrong or there is no room; the cancellation is the call's. */
    CompletionStage<ProjectResponse> project(ProjectRequest request, Cancellation cancellation) {
        RequestChecks.revision(request.getModelRevision(), nerves.card().getRevision());
        Nerve nerve = nerves.named(request.getNerve());
        RequestChecks.tileCount(request.getTilesCount(), maxTiles);
        checkInstruction(nerve, request.getInstructionIdsList());
        return nerve.project(request.getTilesList(), request.getInstructionIdsList(), cancellation)
                .thenApply(projected -> response(nerve.card().getKind(), request.getTilesList(), projected));
    }

    private static void checkInstruction(Nerve nerve, List<Long> ids) {
        if (!ids.isEmpty() && !nerve.card().getReadsInstruction()) {
            throw Failure.inField(Reason.UNSUPPORTED_FIELD, "instruction_ids", "instruction_ids: this projector does not read the instruction");
        }
        if (ids.isEmpty() && nerve.card().getReadsInstruction()) {
            throw RequestChecks.invalid("instruction_ids", "is empty, but this projector reads the instruction");
        }
        nerve.checkInstruction(ids);
    }

    private static ProjectResponse response(String kind, List<TileFeatures> tiles, Projected projected) {
        ProjectResponse.Builder response = ProjectResponse.newBuilder().setTimings(ProjectTimings.newBuilder()
                .setQueueMicros(TimeUnit.NANOSECONDS.toMicros(projected.queued().toNanos()))
                .setProjectMicros(TimeUnit.NANOSECONDS.toMicros(projected.run().toNanos()))
                .setBatchSize(projected.batchSize()));
        for (int i = 0; i < tiles.size(); i++) {
            response.addTiles(tile(kind, tiles.get(i), projected.embeddings().get(i), projected.levels().get(i)));
        }
        return response.build();
    }

    private static ProjectedTile tile(String kind, TileFeatures features, Tensor embeddings, List<Tensor> levels) {
        ProjectedTile.Builder tile = ProjectedTile.newBuilder().setEmbeddings(WireTensors.toMessage(embeddings));
        levels.forEach(level -> tile.addLevelEmbeddings(WireTensors.toMessage(level)));
        long tokens = embeddings.extent(TOKEN_AXIS);
        if (WITHOUT_GRID.contains(kind) || !features.hasGrid()) {
            return tile.build();
        }
        merged(features.getGrid(), tokens).or(() -> SquareGrid.of(tokens)).ifPresent(tile::setGrid);
        return tile.build();
    }

    /** The patches' layout after each square of neighbours became one token; empty where that does not make so many tokens. */
    private static Optional<Grid> merged(Grid patches, long tokens) {
        long count = (long) patches.getColumns() * patches.getRows();
        int side = (int) Math.round(Math.sqrt((double) count / tokens));
        if (side < 1 || patches.getColumns() % side != 0 || patches.getRows() % side != 0 || count != tokens * side * side) {
            return Optional.empty();
        }
        return Optional.of(Grid.newBuilder().setColumns(patches.getColumns() / side).setRows(patches.getRows() / side).build());
    }
}
