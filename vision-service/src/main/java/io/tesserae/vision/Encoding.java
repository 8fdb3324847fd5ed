package io.tesserae.vision;

import io.grpc.Context;
import io.micrometer.core.instrument.MeterRegistry;
import io.tesserae.contract.channel.StageTls;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.Float16;
import io.tesserae.engines.batching.BatchedRows;
import io.tesserae.engines.stage.LoadedStage;
import io.tesserae.engines.stage.RequestChecks;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectedTile;
import io.tesserae.projector.v1.TileFeatures;
import io.tesserae.tensor.v1.Grid;
import io.tesserae.vision.v1.DescribeResponse;
import io.tesserae.vision.v1.EncodeRequest;
import io.tesserae.vision.v1.EncodeResponse;
import io.tesserae.vision.v1.EncodeTimings;
import io.tesserae.vision.v1.EncodedTile;
import io.tesserae.vision.v1.Tile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** One Encode call: tiles are checked, encoded in batches, and answered as features or, by way of the projector, as embeddings. */
final class Encoding implements LoadedStage.Model {

    private static final int PATCH_AXIS = 0;

    private final Eye eye;
    private final int maxTiles;
    private final ElementKind featureKind;
    private final Optional<ProjectorClient> projector;

    Encoding(Eye eye, VisionSettings settings, MeterRegistry registry) {
        this.eye = eye;
        this.maxTiles = settings.maxTiles();
        this.featureKind = settings.featureType().kind();
        this.projector = settings.projector().map(address -> new ProjectorClient(address, settings.projectorTimeout(),
                settings.projectorPatience(), settings.projectorHedging(),
                new StageTls(settings.tls().trust(), settings.tls().certificate(), settings.tls().key()), registry));
    }

    DescribeResponse card() {
        return eye.card();
    }

    /** Tiles that wait for a run. */
    int queued() {
        return eye.queued();
    }

    @Override
    public void check() {
        eye.check();
    }

    /** Throws a failure where the request is wrong or there is no room; the cancellation is the call's. */
    CompletionStage<EncodeResponse> encode(EncodeRequest request, Cancellation cancellation) {
        check(request);
        CompletionStage<BatchedRows> encoded = eye.encode(request.getTilesList(), cancellation);
        if (!request.getProject()) {
            return encoded.thenApply(rows -> features(request.getTilesList(), rows));
        }
        Context caller = Context.current();
        return encoded.thenCompose(rows -> project(request, rows, caller));
    }

    private void check(EncodeRequest request) {
        RequestChecks.revision(request.getModelRevision(), eye.card().getRevision());
        RequestChecks.tileCount(request.getTilesCount(), maxTiles);
        if (request.getProject() && projector.isEmpty()) {
            throw Failure.inField(Reason.UNSUPPORTED_FIELD, "project", "project: this eye knows no projector (tesserae.vision.projector)");
        }
        if (!request.getProject() && request.getInstructionIdsCount() > 0) {
            throw RequestChecks.invalid("instruction_ids", "is only for calls with project");
        }
        if (!request.getProject() && !request.getNerve().isEmpty()) {
            throw RequestChecks.invalid("nerve", "is only for calls with project");
        }
    }

    private EncodeResponse features(List<Tile> tiles, BatchedRows encoded) {
        EncodeResponse.Builder response = EncodeResponse.newBuilder().setTimings(timings(encoded));
        for (int i = 0; i < tiles.size(); i++) {
            Map<String, Tensor> features = onTheWire(encoded.rows().get(i));
            EncodedTile.Builder tile = EncodedTile.newBuilder().addAllFeatures(WireTensors.toMessages(features));
            patchGrid(tiles.get(i), features).ifPresent(tile::setGrid);
            response.addTiles(tile);
        }
        return response.build();
    }

    private CompletionStage<EncodeResponse> project(EncodeRequest request, BatchedRows encoded, Context caller) {
        ProjectRequest.Builder projection = ProjectRequest.newBuilder()
                .setModelRevision(eye.card().getRevision())
                .addAllInstructionIds(request.getInstructionIdsList())
                .setNerve(request.getNerve());
        for (int i = 0; i < request.getTilesCount(); i++) {
            Map<String, Tensor> features = onTheWire(encoded.rows().get(i));
            TileFeatures.Builder tile = TileFeatures.newBuilder().addAllFeatures(WireTensors.toMessages(features));
            patchGrid(request.getTiles(i), features).ifPresent(tile::setGrid);
            projection.addTiles(tile);
        }
        long started = System.nanoTime();
        return projector.orElseThrow().project(projection.build(), caller)
                .thenApply(projected -> embeddings(projected, timings(encoded)
                        .setProjectMicros(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - started))));
    }

    private static EncodeResponse embeddings(ProjectResponse projected, EncodeTimings.Builder timings) {
        EncodeResponse.Builder response = EncodeResponse.newBuilder().setTimings(timings);
        for (ProjectedTile tile : projected.getTilesList()) {
            EncodedTile.Builder encoded = EncodedTile.newBuilder()
                    .setEmbeddings(tile.getEmbeddings())
                    .addAllLevelEmbeddings(tile.getLevelEmbeddingsList());
            if (tile.hasGrid()) {
                encoded.setGrid(tile.getGrid());
            }
            response.addTiles(encoded);
        }
        return response.build();
    }

    private Map<String, Tensor> onTheWire(Map<String, Tensor> row) {
        Map<String, Tensor> features = new LinkedHashMap<>();
        row.forEach((name, tensor) ->
                features.put(name, Float16.converts(tensor.kind(), featureKind) ? Float16.as(featureKind, tensor) : tensor));
        return features;
    }

    /** Layout of the first output that has patches, [patch, hidden]. */
    private Optional<Grid> patchGrid(Tile tile, Map<String, Tensor> features) {
        return features.values().stream()
                .filter(feature -> feature.rank() == 2)
                .findFirst()
                .flatMap(feature -> eye.grid(tile, feature.extent(PATCH_AXIS)));
    }

    private static EncodeTimings.Builder timings(BatchedRows encoded) {
        return EncodeTimings.newBuilder()
                .setQueueMicros(TimeUnit.NANOSECONDS.toMicros(encoded.queued().toNanos()))
                .setEncodeMicros(TimeUnit.NANOSECONDS.toMicros(encoded.run().toNanos()))
                .setBatchSize(encoded.batchSize());
    }

    @Override
    public void close() {
        // The eye first: what it still encodes may want to be projected.
        eye.close();
        projector.ifPresent(ProjectorClient::close);
    }
}
