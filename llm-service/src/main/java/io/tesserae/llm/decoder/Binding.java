package io.tesserae.llm.decoder;

import ai.onnxruntime.OnnxTensor;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.engines.onnx.OnnxTensors;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Inputs and pinned outputs of one kind of call, made once and used for every such call: the numbers change, the tensors do not. */
final class Binding implements AutoCloseable {

    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();

    /** An input over the first bytes of a direct buffer. */
    Binding input(String name, ByteBuffer memory, ElementKind kind, long... shape) {
        OnnxTensor old = inputs.put(name, over(memory, kind, shape));
        if (old != null) {
            old.close();
        }
        return this;
    }

    /** An output into the first bytes of a direct buffer. */
    Binding output(String name, ByteBuffer memory, ElementKind kind, long... shape) {
        OnnxTensor old = outputs.put(name, over(memory, kind, shape));
        if (old != null) {
            old.close();
        }
        return this;
    }

    /** Rows of the KV cache, read and written in place. */
    Binding cache(KvCache cache, BrainShape shape, int firstRow, int rows) {
        for (int layer = 0; layer < shape.layers(); layer++) {
            for (int part = 0; part < 2; part++) {
                String name = layer + (part == 0 ? ".key" : ".value");
                OnnxTensor tensor = over(cache.slice(layer, part, firstRow, rows), ElementKind.FLOAT32,
                        rows, shape.kvHeads(), cache.capacity(), shape.headDim());
                inputs.put("past_key_values." + name, tensor);
                outputs.put("present." + name, tensor);
            }
        }
        return this;
    }

    private static OnnxTensor over(ByteBuffer memory, ElementKind kind, long... shape) {
        long bytes = kind.bytes();
        for (long extent : shape) {
            bytes *= extent;
        }
        return OnnxTensors.over(memory.slice(0, (int) bytes), kind, shape);
    }

    Map<String, OnnxTensor> inputs() {
        return inputs;
    }

    Map<String, OnnxTensor> outputs() {
        return outputs;
    }

    @Override
    public void close() {
        inputs.values().forEach(OnnxTensor::close);
        // A cache tensor is input and output at once.
        outputs.values().stream().filter(tensor -> !tensor.isClosed()).forEach(OnnxTensor::close);
    }
}
