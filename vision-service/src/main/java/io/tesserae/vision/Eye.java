package io.tesserae.vision;

import io.micrometer.core.instrument.MeterRegistry;
import io.tesserae.contract.metric.Stage;
import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.Engine;
import io.tesserae.engines.TensorSpec;
import io.tesserae.engines.batching.BatchedRows;
import io.tesserae.engines.batching.RowPart;
import io.tesserae.engines.stage.GraphChecks;
import io.tesserae.engines.stage.SquareGrid;
import io.tesserae.engines.stage.StageEngines;
import io.tesserae.engines.stage.StageGraph;
import io.tesserae.engines.stage.StageMetrics;
import io.tesserae.engines.stage.StageRunner;
import io.tesserae.tensor.v1.Grid;
import io.tesserae.vision.v1.DescribeResponse;
import io.tesserae.vision.v1.FeatureShape;
import io.tesserae.vision.v1.Tile;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

/** A loaded eye: its graph ready for tiles of many callers, and its card. */
final class Eye implements AutoCloseable {

    private static final int HEIGHT_AXIS = 2;
    private static final int WIDTH_AXIS = 3;

    private final Manifest.Vision manifest;
    private final Normalisation normalisation;
    private final TileChecks checks;
    private final StageRunner runner;
    private final DescribeResponse card;

    private Eye(ModelFolder folder, Manifest.Vision manifest, VisionSettings settings, Engine engine, MeterRegistry registry) {
        this.manifest = manifest;
        this.normalisation = Normalisation.of(folder);
        // [tile, 3, height, width]
        TensorSpec pixels = GraphChecks.batched(engine.inputs(), "vision.input", manifest.input());
        if (pixels.kind() != ElementKind.FLOAT32 || pixels.rank() != 4 || engine.inputs().size() != 1) {
            throw new ModelFolderException("an eye takes FLOAT32[tile, 3, height, width] and nothing else, this graph takes " + engine.inputs().values());
        }
        this.checks = new TileChecks(
                extent(manifest.tileWidth(), pixels.extent(WIDTH_AXIS)), extent(manifest.tileHeight(), pixels.extent(HEIGHT_AXIS)),
                Math.max(1, manifest.tileMultiple()), settings.verifyHashes());
        this.card = card(folder, settings, engine);
        this.runner = new StageRunner(
                engine, new LinkedHashSet<>(manifest.outputs()), settings, Stage.ENCODE, folder.manifest().name(), registry);
        StageMetrics.watchQueue(registry, folder.manifest().name(), Stage.ENCODE, this, Eye::queued);
    }

    /** Loads the eye of a model folder. Throws {@link ModelFolderException} or an engine's exception that says what is wrong. */
    static Eye open(ModelFolder folder, VisionSettings settings, MeterRegistry registry) {
        Manifest.Vision manifest = folder.manifest().vision();
        if (manifest == null || manifest.outputs() == null || manifest.outputs().isEmpty()) {
            throw new ModelFolderException("model " + folder.manifest().name() + " has no eye: 'vision' with its 'outputs' is missing in its manifest");
        }
        Engine engine = PictureAxisEngine.over(StageEngines.open(settings, StageGraph.eye(folder), registry), folder.manifest());
        try {
            return new Eye(folder, manifest, settings, engine, registry);
        } catch (RuntimeException unusable) {
            engine.close();
            throw unusable;
        }
    }

    private static long extent(int manifest, long graph) {
        long said = manifest == 0 ? TensorSpec.ANY : manifest;
        if (said != TensorSpec.ANY && graph != TensorSpec.ANY && said != graph) {
            throw new ModelFolderException("the manifest's tiles measure " + said + " where the eye's graph takes " + graph);
        }
        return said == TensorSpec.ANY ? graph : said;
    }

    private DescribeResponse card(ModelFolder folder, VisionSettings settings, Engine engine) {
        DescribeResponse.Builder described = DescribeResponse.newBuilder()
                .setModel(folder.manifest().name())
                .setFamily(folder.manifest().family())
                .setRevision(folder.manifest().revision())
                .setPreprocessorConfig(folder.text("preprocessor_config.json").orElse(""))
                .setConfig(folder.text("config.json").orElse(""))
                .setTileWidth((int) Math.max(0, checks.width()))
                .setTileHeight((int) Math.max(0, checks.height()))
                .setEngine(engine.name())
                .setPrecision(manifest.precision() == null ? "" : manifest.precision())
                .setCanProject(settings.projector().isPresent())
                .setMaxBatch(settings.maxBatch());
        for (String output : manifest.outputs()) {
            TensorSpec feature = GraphChecks.batched(engine.outputs(), "vision.outputs", output).ofRow();
            described.addFeatures(FeatureShape.newBuilder()
                    .setName(output)
                    .addAllShape(LongStream.of(feature.shape()).boxed().toList()));
        }
        return described.build();
    }

    DescribeResponse card() {
        return card;
    }

    /** Layout of a tile's patches: as the model says how large they are, else where they fill a square. {@code patches}: how many it has. */
    Optional<Grid> grid(Tile tile, long patches) {
        if (manifest.patch() < 1) {
            return SquareGrid.of(patches);
        }
        int columns = tile.getWidth() / manifest.patch();
        int rows = tile.getHeight() / manifest.patch();
        return (long) columns * rows == patches
                ? Optional.of(Grid.newBuilder().setColumns(columns).setRows(rows).build()) : Optional.empty();
    }

    /** Tiles that wait for a run. */
    int queued() {
        return runner.rows().queued();
    }

    /** Throws what {@link Engine#check} throws. */
    void check() {
        runner.rows().engine().check();
    }

    /** Encodes tiles, in batches with those of other callers. Throws a failure that names the tile that is not what this eye takes. */
    CompletableFuture<BatchedRows> encode(List<Tile> tiles, Cancellation cancellation) {
        for (int i = 0; i < tiles.size(); i++) {
            checks.check("tiles[" + i + "]", tiles.get(i));
        }
        List<Map<String, RowPart>> rows = tiles.stream()
                .map(tile -> Map.<String, RowPart>of(
                        manifest.input(), new TilePixels(tile.getWidth(), tile.getHeight(), tile.getRgb(), normalisation)))
                .toList();
        return runner.rows().submit(rows, cancellation);
    }

    @Override
    public void close() {
        runner.close();
    }
}
