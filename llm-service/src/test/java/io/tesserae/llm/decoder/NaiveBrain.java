package io.tesserae.llm.decoder;

import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.engines.onnx.OnnxSession;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** The same graphs without any trick, as an oracle: each token computes the whole sequence anew, alone, in fresh memory. */
public final class NaiveBrain implements AutoCloseable {

    private final BrainShape shape;
    private final OnnxSession embed;
    private final OnnxSession decoder;

    public NaiveBrain(ModelFolder folder) {
        Manifest.Llm llm = folder.manifest().llm();
        shape = BrainShape.of(llm, 0);
        OnnxOptions options = OnnxOptions.defaults().withThreads(1);
        embed = OnnxSession.open(folder.require(llm.embed()), options);
        decoder = OnnxSession.open(folder.require(llm.decoder()), options);
    }

    /**
     * Logits after the last token, [vocabulary].
     *
     * @param overlays embeddings that stand in place of tokens': by index of the token, [hidden]
     */
    public float[] logits(long[] ids, Map<Integer, float[]> overlays) {
        long[] embeddable = ids.clone();
        overlays.keySet().forEach(index -> embeddable[index] = 0);
        Tensor looked = embed.run(Map.of("input_ids", Tensor.ofLongs(embeddable, 1, ids.length))).get("inputs_embeds");
        float[] embeddings = new float[ids.length * shape.hidden()];
        looked.floats().get(embeddings);
        overlays.forEach((index, embedding) -> System.arraycopy(embedding, 0, embeddings, index * shape.hidden(), shape.hidden()));

        Map<String, Tensor> inputs = new HashMap<>();
        inputs.put("inputs_embeds", Tensor.ofFloats(embeddings, 1, ids.length, shape.hidden()));
        inputs.put("seqlens_k", ints(ids.length - 1, 1));
        inputs.put("total_sequence_length", ints(ids.length));
        inputs.put("logits_start", Tensor.ofLongs(new long[] {ids.length - 1}, 1));
        float[] nothing = new float[shape.kvHeads() * ids.length * shape.headDim()];
        for (int layer = 0; layer < shape.layers(); layer++) {
            for (String part : new String[] {"key", "value"}) {
                inputs.put("past_key_values." + layer + "." + part,
                        Tensor.ofFloats(nothing, 1, shape.kvHeads(), ids.length, shape.headDim()));
            }
        }
        float[] logits = new float[shape.vocabulary()];
        decoder.run(inputs).get("logits").floats().get(logits);
        return logits;
    }

    private static Tensor ints(int value, long... shape) {
        ByteBuffer data = DirectMemory.allocate(4).putInt(0, value);
        return new Tensor(ElementKind.INT32, shape, data);
    }

    @Override
    public void close() {
        embed.close();
        decoder.close();
    }
}
