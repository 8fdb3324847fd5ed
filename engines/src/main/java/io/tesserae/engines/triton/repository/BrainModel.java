package io.tesserae.engines.triton.repository;

import inference.ModelConfigOuterClass.DataType;
import inference.ModelConfigOuterClass.ModelConfig;
import inference.ModelConfigOuterClass.ModelInput;
import inference.ModelConfigOuterClass.ModelInstanceGroup;
import inference.ModelConfigOuterClass.ModelOutput;
import inference.ModelConfigOuterClass.ModelTransactionPolicy;
import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import java.util.List;

/**
 * Triton's configuration of a brain: a decoupled model, which takes a prompt's embeddings and how to choose tokens, and sends token after token until the
 * answer ends or nobody listens. Several requests of different lengths reach the model at once ({@code allow_ragged_batch}); it computes them together, step
 * by step. Names and shapes are those that {@code docs/engines.md} describes.
 */
public final class BrainModel {

    public static final String EMBEDS = "prompt_embeds";
    public static final String POSITIONS = "position_ids";
    public static final String LEVELS = "level_embeds";
    public static final String LOOK_AHEAD = "attend_until";

    private static final int MOST_CONTEXT = 4096;

    /** An input that a request may leave out, one row of so many elements (-1 for any). */
    private record Choice(String name, DataType type, long elements) {
    }

    private static final List<Choice> CHOICES = List.of(
            new Choice("prompt_ids", DataType.TYPE_INT64, -1),
            new Choice("generated_ids", DataType.TYPE_INT64, -1),
            new Choice("end_ids", DataType.TYPE_INT64, -1),
            new Choice("temperature", DataType.TYPE_FP32, 1),
            new Choice("top_k", DataType.TYPE_INT32, 1),
            new Choice("top_p", DataType.TYPE_FP32, 1),
            new Choice("min_p", DataType.TYPE_FP32, 1),
            new Choice("repetition_penalty", DataType.TYPE_FP32, 1),
            new Choice("frequency_penalty", DataType.TYPE_FP32, 1),
            new Choice("presence_penalty", DataType.TYPE_FP32, 1),
            new Choice("seed", DataType.TYPE_INT64, 1),
            new Choice("bias_ids", DataType.TYPE_INT64, -1),
            new Choice("biases", DataType.TYPE_FP32, -1),
            new Choice("top_logprobs", DataType.TYPE_INT32, 1));

    private BrainModel() {
    }

    /** The name of a model folder's brain as a model of Triton's. */
    public static String name(ModelFolder folder) {
        return (folder.manifest().name() + "-llm").replaceAll("[^A-Za-z0-9._-]", "_");
    }

    static ModelConfig config(ModelFolder folder, RepositoryOptions options) {
        Manifest.Llm llm = folder.manifest().llm();
        int context = options.context() == 0 ? Math.min(llm.context(), MOST_CONTEXT) : Math.min(llm.context(), options.context());
        ModelConfig.Builder config = GraphModel.start(name(folder), folder.manifest().revision(), options)
                .setBackend("python")
                .setMaxBatchSize(options.rows())
                .setDynamicBatching(GraphModel.batching(options, options.rows()))
                .setModelTransactionPolicy(ModelTransactionPolicy.newBuilder().setDecoupled(true))
                .addInstanceGroup(ModelInstanceGroup.newBuilder().setKind(ModelInstanceGroup.Kind.KIND_CPU).setCount(1))
                .putParameters("layers", GraphModel.text(Integer.toString(llm.layers())))
                .putParameters("kv_heads", GraphModel.text(Integer.toString(llm.kvHeads())))
                .putParameters("head_dim", GraphModel.text(Integer.toString(llm.headDim())))
                .putParameters("vocab", GraphModel.text(Integer.toString(llm.vocab())))
                .putParameters("context", GraphModel.text(Integer.toString(context)))
                .putParameters("rows", GraphModel.text(Integer.toString(options.rows())))
                .putParameters("threads", GraphModel.text(Integer.toString(options.threads())))
                .addInput(input(EMBEDS, options.halfEmbeds() ? DataType.TYPE_FP16 : DataType.TYPE_FP32, false, -1, llm.hidden()))
                .addInput(input("max_tokens", DataType.TYPE_INT32, false, 1));
        if (llm.ropeAxes() > 0) {
            config.addInput(input(POSITIONS, DataType.TYPE_INT64, false, llm.ropeAxes(), -1));
        }
        if (llm.levels() > 0) {
            config.addInput(input(LEVELS, DataType.TYPE_FP32, true, llm.levels(), -1, llm.hidden()));
        }
        if (llm.bidirectionalImageTokens() > 0) {
            config.addInput(input(LOOK_AHEAD, DataType.TYPE_INT64, true, -1));
        }
        CHOICES.forEach(choice -> config.addInput(input(choice.name(), choice.type(), true, choice.elements())));
        return config
                .addOutput(output("token_id", DataType.TYPE_INT64, 1))
                .addOutput(output("logprob", DataType.TYPE_FP32, 1))
                .addOutput(output("top_ids", DataType.TYPE_INT64, -1))
                .addOutput(output("top_logprobs", DataType.TYPE_FP32, -1))
                .build();
    }

    private static ModelInput.Builder input(String name, DataType type, boolean optional, long... dims) {
        ModelInput.Builder input = ModelInput.newBuilder().setName(name).setDataType(type).setOptional(optional).setAllowRaggedBatch(true);
        for (long extent : dims) {
            input.addDims(extent);
        }
        return input;
    }

    private static ModelOutput.Builder output(String name, DataType type, long elements) {
        return ModelOutput.newBuilder().setName(name).setDataType(type).addDims(elements);
    }
}
