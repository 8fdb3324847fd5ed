package io.tesserae.llm.remote.triton;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.Float16;
import io.tesserae.engines.triton.Found;
import io.tesserae.engines.triton.repository.BrainModel;
import io.tesserae.llm.remote.RemoteRequest;
import io.tesserae.llm.sampling.Logprobs;
import io.tesserae.llm.sampling.SamplingOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A request as the tensors of a brain on Triton, and its answers as tokens. What is as if it were not said is left out. */
final class BrainTensors {

    private static final String GENERATED = "generated_ids";
    private static final String TOP = "top_logprobs";

    private final Found model;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private BrainTensors(Found model) {
        this.model = model;
    }

    /** Throws {@link Failure} that names the field which this model has no input for. */
    static Map<String, Tensor> of(RemoteRequest request, Found model) {
        BrainTensors made = new BrainTensors(model);
        made.put(BrainModel.EMBEDS, Float16.as(model.inputs().get(BrainModel.EMBEDS).kind(), request.embeddings()));
        made.ints("max_tokens", request.maxTokens());
        request.positions().ifPresent(positions -> made.put(BrainModel.POSITIONS, positions));
        if (!request.endIds().isEmpty()) {
            made.demand("end_ids", "stopping");
            made.longs("end_ids", request.endIds().stream().mapToLong(Long::longValue).sorted().toArray());
        }
        made.sampling(request);
        if (request.topLogprobs() >= 0) {
            made.demand(TOP, TOP);
            made.ints(TOP, request.topLogprobs());
        }
        return made.tensors;
    }

    private void sampling(RemoteRequest request) {
        SamplingOptions asked = request.sampling();
        number("temperature", asked.temperature(), 0);
        number("top_p", asked.topP(), 1);
        number("min_p", asked.minP(), 0);
        number("repetition_penalty", asked.repetitionPenalty(), 1);
        number("frequency_penalty", asked.frequencyPenalty(), 0);
        number("presence_penalty", asked.presencePenalty(), 0);
        if (asked.topK() != 0) {
            demand("top_k", "sampling.top_k");
            ints("top_k", asked.topK());
        }
        boolean goesOn = request.generated().length > 0 && model.inputs().containsKey(GENERATED);
        if (goesOn) {
            longs(GENERATED, request.generated());
        }
        if (!asked.greedy()) {
            demand("seed", "sampling.seed");
            // A model that knows what was generated counts from the answer's first token, so that the answer is the same wherever it goes on.
            longs("seed", asked.seed() - (goesOn ? request.generated().length : 0));
        }
        if (asked.penalises() && model.inputs().containsKey("prompt_ids")) {
            longs("prompt_ids", request.promptIds());
        }
        if (asked.biasIds().length > 0) {
            demand("bias_ids", "sampling.logit_bias");
            longs("bias_ids", IntStream.of(asked.biasIds()).asLongStream().toArray());
            floats("biases", asked.biases());
        }
    }

    private void number(String name, float value, float without) {
        if (value != without) {
            demand(name, "sampling." + name);
            floats(name, value);
        }
    }

    private void demand(String input, String field) {
        if (!model.inputs().containsKey(input)) {
            throw Failure.inField(Reason.UNSUPPORTED_FIELD, "start." + field, field + ": the brain's model on Triton has no input '" + input + "'");
        }
    }

    private void longs(String name, long... values) {
        put(name, Tensor.ofLongs(values, values.length));
    }

    private void floats(String name, float... values) {
        put(name, Tensor.ofFloats(values, values.length));
    }

    private void ints(String name, int value) {
        put(name, new Tensor(ElementKind.INT32, new long[] {1}, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value)));
    }

    private void put(String name, Tensor tensor) {
        // A model that Triton batches has one request's batch axis outermost.
        tensors.put(name, model.maxBatch() == 0 ? tensor : tensor.reshaped(LongStream.concat(LongStream.of(1), LongStream.of(tensor.shape())).toArray()));
    }

    /** A token of an answer. */
    record Token(long id, Logprobs logprobs) {
    }

    /** The tokens of an answer, in order: usually one. Throws {@link EngineException} for outputs that make no sense. */
    static Stream<Token> tokens(Map<String, Tensor> outputs) {
        Tensor ids = outputs.get("token_id");
        if (ids == null || ids.kind() != ElementKind.INT64) {
            throw new EngineException("the brain on Triton answered without token_id");
        }
        int count = ids.data().remaining() / Long.BYTES;
        return IntStream.range(0, count).mapToObj(i -> new Token(ids.data().getLong(i * Long.BYTES), count == 1 ? logprobs(outputs) : null));
    }

    private static Logprobs logprobs(Map<String, Tensor> outputs) {
        Tensor chosen = outputs.get("logprob");
        if (chosen == null) {
            return null;
        }
        Tensor ids = outputs.get("top_ids");
        Tensor values = outputs.get(TOP);
        int count = ids == null || values == null ? 0 : ids.data().remaining() / Long.BYTES;
        int[] top = IntStream.range(0, count).map(i -> (int) ids.data().getLong(i * Long.BYTES)).toArray();
        float[] logprobs = new float[count];
        for (int i = 0; i < count; i++) {
            logprobs[i] = values.floats().get(i);
        }
        return new Logprobs(chosen.floats().get(0), top, logprobs);
    }
}
