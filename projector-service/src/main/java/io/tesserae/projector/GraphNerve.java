package io.tesserae.projector;

import static io.tesserae.engines.stage.RequestChecks.invalid;

import io.micrometer.core.instrument.MeterRegistry;
import io.tesserae.contract.metric.Stage;
import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.Engine;
import io.tesserae.engines.Float16;
import io.tesserae.engines.TensorSpec;
import io.tesserae.engines.batching.BatchedRows;
import io.tesserae.engines.batching.RowPart;
import io.tesserae.engines.stage.GraphChecks;
import io.tesserae.engines.stage.StageEngines;
import io.tesserae.engines.stage.StageGraph;
import io.tesserae.engines.stage.StageRunner;
import io.tesserae.projector.v1.DescribeResponse;
import io.tesserae.projector.v1.TileFeatures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A projector that is a graph: linear, MLP, pixel shuffle, resampler, abstractor. What the graph computes is its own affair; all
 * that matters here is what it reads and gives, by name.
 */
final class GraphNerve implements Nerve {

    /** Input of graphs that read the instruction: int64 [tile, token]. */
    static final String INSTRUCTION = "instruction_ids";

    private final String output;
    private final List<String> levels;
    /** Null where it reads none. */
    private final Manifest.Instruction instruction;
    private final DescribeResponse card;
    private final FeatureFit fit;
    private final StageRunner runner;

    private GraphNerve(Manifest model, Manifest.Projector manifest, ProjectorSettings settings, Engine engine, MeterRegistry registry) {
        this.output = manifest.output();
        this.instruction = manifest.instruction();
        this.fit = new FeatureFit(manifest.inputs().stream()
                .map(name -> GraphChecks.batched(engine.inputs(), "projector.inputs", name).ofRow())
                .toList());
        checkInputs(engine, manifest.inputs());
        checkOutput(GraphChecks.batched(engine.outputs(), "projector.output", output), manifest);
        this.levels = manifest.levelOutputs() == null ? List.of() : manifest.levelOutputs();
        levels.forEach(level -> checkOutput(GraphChecks.batched(engine.outputs(), "projector.level_outputs", level), manifest));
        this.card = NerveCard.of(model, manifest, settings)
                .setEngine(engine.name())
                .setReadsInstruction(engine.inputs().containsKey(INSTRUCTION))
                .build();
        this.runner = new StageRunner(engine, outputs(), settings, Stage.PROJECT, model.name(), registry);
    }

    /** Loads a graph, of the nerve that is called so. Throws {@link ModelFolderException} or an engine's exception that says what is wrong. */
    static GraphNerve open(ModelFolder folder, String name, Manifest.Projector nerve, ProjectorSettings settings, MeterRegistry registry) {
        String variant = nerve == folder.manifest().projector() ? "" : name;
        Engine engine = StageEngines.open(settings, StageGraph.nerve(folder, nerve.graph(), variant), registry);
        try {
            return new GraphNerve(folder.manifest(), nerve, settings, engine, registry);
        } catch (RuntimeException unusable) {
            engine.close();
            throw unusable;
        }
    }

    private static void checkInputs(Engine engine, List<String> named) {
        for (TensorSpec input : engine.inputs().values()) {
            if (!named.contains(input.name()) && !input.name().equals(INSTRUCTION)) {
                throw new ModelFolderException("the projector's graph reads '" + input.name() + "', which the manifest's projector.inputs "
                        + named + " lacks");
            }
        }
    }

    /** [tile, token, width]. */
    private static void checkOutput(TensorSpec output, Manifest.Projector manifest) {
        boolean width = output.rank() == 3
                && (manifest.width() == 0 || output.extent(2) == TensorSpec.ANY || output.extent(2) == manifest.width());
        if (!width || !Float16.converts(output.kind(), ElementKind.FLOAT32)) {
            throw new ModelFolderException("the projector's graph gives " + output + ", must be floating-point [tile, token, "
                    + manifest.width() + "]");
        }
    }

    @Override
    public DescribeResponse card() {
        return card;
    }

    @Override
    public CompletionStage<Projected> project(List<TileFeatures> tiles, List<Long> instructionIds, Cancellation cancellation) {
        List<Map<String, RowPart>> rows = new ArrayList<>();
        for (int i = 0; i < tiles.size(); i++) {
            Map<String, RowPart> row = new LinkedHashMap<>(fit.fit("tiles[" + i + "]", tiles.get(i)));
            if (card.getReadsInstruction()) {
                row.put(INSTRUCTION, instruction(instructionIds));
            }
            rows.add(row);
        }
        return runner.rows().submit(rows, cancellation).thenApply(this::projected);
    }

    @Override
    public void checkInstruction(List<Long> ids) {
        if (instruction == null) {
            return;
        }
        if (ids.size() > instruction.mostTokens()) {
            throw invalid(INSTRUCTION, "has " + ids.size() + " tokens; this projector reads an instruction of at most " + instruction.mostTokens());
        }
        for (int i = 0; i < ids.size(); i++) {
            if (ids.get(i) < 0 || ids.get(i) >= instruction.vocab()) {
                throw invalid(INSTRUCTION + "[" + i + "]", "is " + ids.get(i) + ", must be from 0 to " + (instruction.vocab() - 1));
            }
        }
    }

    private static RowPart instruction(List<Long> ids) {
        long[] values = ids.stream().mapToLong(Long::longValue).toArray();
        return RowPart.of(Tensor.ofLongs(values, values.length), ElementKind.INT64);
    }

    private Set<String> outputs() {
        Set<String> outputs = new LinkedHashSet<>(levels);
        outputs.add(output);
        return outputs;
    }

    private Projected projected(BatchedRows rows) {
        List<Tensor> embeddings = rows.rows().stream().map(row -> Float16.as(ElementKind.FLOAT32, row.get(output))).toList();
        List<List<Tensor>> further = rows.rows().stream()
                .map(row -> levels.stream().map(level -> Float16.as(ElementKind.FLOAT32, row.get(level))).toList())
                .toList();
        return new Projected(embeddings, further, rows.queued(), rows.run(), rows.batchSize());
    }

    @Override
    public int queued() {
        return runner.rows().queued();
    }

    @Override
    public void check() {
        runner.rows().engine().check();
    }

    @Override
    public void close() {
        runner.close();
    }
}
