package io.tesserae.engines.triton.repository;

import inference.ModelConfigOuterClass.ModelConfig;
import inference.ModelConfigOuterClass.ModelDynamicBatching;
import inference.ModelConfigOuterClass.ModelInput;
import inference.ModelConfigOuterClass.ModelInstanceGroup;
import inference.ModelConfigOuterClass.ModelOutput;
import inference.ModelConfigOuterClass.ModelParameter;
import inference.ModelConfigOuterClass.ModelQueuePolicy;
import inference.ModelConfigOuterClass.ModelVersionPolicy;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.TensorSpec;
import io.tesserae.engines.onnx.GraphSignature;
import io.tesserae.engines.stage.StageGraph;
import io.tesserae.engines.triton.ModelCard;
import io.tesserae.engines.triton.WireTypes;
import java.util.stream.LongStream;

/** Triton's configuration of an eye or a nerve: a graph with an open batch axis, whose runs Triton puts together from everybody's requests. */
final class GraphModel {

    /** Levels of urgency: 1 before 2, which is that of requests that say nothing, before 3. */
    static final int PRIORITY_LEVELS = 3;
    static final int DEFAULT_PRIORITY = 2;

    private GraphModel() {
    }

    static ModelConfig config(StageGraph graph, GraphSignature signature, RepositoryOptions options) {
        ModelConfig.Builder config = start(graph.tritonName(), graph.folder().manifest().revision(), options)
                .setMaxBatchSize(options.maxBatch())
                .setDynamicBatching(batching(options, options.maxBatch()));
        config.addInstanceGroup(instances(options).setCount(options.instances()));
        if (options.backend() == RepositoryOptions.Backend.ONNXRUNTIME) {
            config.setBackend("onnxruntime").setPlatform("onnxruntime_onnx");
            if (options.threads() > 0) {
                config.putParameters("intra_op_thread_count", text(Integer.toString(options.threads())));
            }
        } else {
            config.setBackend("python").putParameters("threads", text(Integer.toString(options.threads())));
        }
        signature.inputs().values().forEach(spec -> config.addInput(
                ModelInput.newBuilder().setName(spec.name()).setDataType(WireTypes.configured(spec.kind())).addAllDims(row(spec))));
        signature.outputs().values().forEach(spec -> config.addOutput(
                ModelOutput.newBuilder().setName(spec.name()).setDataType(WireTypes.configured(spec.kind())).addAllDims(row(spec))));
        return config.build();
    }

    /** What every model of ours has. */
    static ModelConfig.Builder start(String name, String revision, RepositoryOptions options) {
        return ModelConfig.newBuilder()
                .setName(name)
                .setVersionPolicy(ModelVersionPolicy.newBuilder().setLatest(ModelVersionPolicy.Latest.newBuilder().setNumVersions(1)))
                .putParameters(ModelCard.REVISION, text(revision));
    }

    static ModelInstanceGroup.Builder instances(RepositoryOptions options) {
        return ModelInstanceGroup.newBuilder().setKind(options.gpu() ? ModelInstanceGroup.Kind.KIND_GPU : ModelInstanceGroup.Kind.KIND_CPU);
    }

    static ModelParameter text(String value) {
        return ModelParameter.newBuilder().setStringValue(value).build();
    }

    static ModelDynamicBatching.Builder batching(RepositoryOptions options, int most) {
        ModelDynamicBatching.Builder batching = ModelDynamicBatching.newBuilder()
                .setMaxQueueDelayMicroseconds(options.queueDelay().toNanos() / 1000)
                .setPriorityLevels(PRIORITY_LEVELS)
                .setDefaultPriorityLevel(DEFAULT_PRIORITY)
                .setDefaultQueuePolicy(ModelQueuePolicy.newBuilder()
                        .setTimeoutAction(ModelQueuePolicy.TimeoutAction.REJECT)
                        .setAllowTimeoutOverride(true)
                        .setMaxQueueSize(options.maxQueue()));
        for (int size = most; size > 1; size /= 2) {
            batching.addPreferredBatchSize(size);
        }
        return batching;
    }

    /** Extents without the batch axis. */
    private static Iterable<Long> row(TensorSpec spec) {
        if (spec.rank() == 0 || spec.extent(0) != TensorSpec.ANY) {
            throw new EngineException("the graph's " + spec + " has no open batch axis, which Triton needs to run requests together");
        }
        return LongStream.of(spec.ofRow().shape()).boxed().toList();
    }
}
