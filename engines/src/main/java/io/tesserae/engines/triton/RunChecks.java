package io.tesserae.engines.triton;

import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.TensorSpec;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What can be said of a run before it is sent. */
final class RunChecks {

    private RunChecks() {
    }

    /** Throws {@link EngineException} that names what does not fit the model. */
    static void fits(Found model, Map<String, Tensor> inputs, Set<String> outputs) {
        model.inputs().forEach((name, spec) -> {
            if (!inputs.containsKey(name)) {
                throw new EngineException("input '" + name + "' is missing");
            }
            spec.mismatch(inputs.get(name)).ifPresent(wrong -> {
                throw new EngineException("input '" + name + "' " + wrong);
            });
        });
        inputs.keySet().stream().filter(name -> !model.inputs().containsKey(name)).findFirst().ifPresent(name -> {
            throw new EngineException("the model has no input '" + name + "', only " + model.inputs().keySet());
        });
        outputs.stream().filter(name -> !model.outputs().containsKey(name)).findFirst().ifPresent(name -> {
            throw new EngineException("the model has no output '" + name + "', only " + model.outputs().keySet());
        });
    }

    static boolean isEmptyBatch(Map<String, Tensor> inputs) {
        return !inputs.isEmpty() && inputs.values().stream().allMatch(tensor -> tensor.rank() > 0 && tensor.extent(0) == 0);
    }

    /** Triton takes no empty batches; their answer is known. */
    static Map<String, Tensor> emptyBatch(Found model, Set<String> outputs) {
        Map<String, Tensor> empty = new LinkedHashMap<>();
        for (String name : outputs) {
            TensorSpec spec = model.outputs().get(name);
            long[] shape = spec.shape();
            for (int axis = 0; axis < shape.length; axis++) {
                shape[axis] = axis == 0 || shape[axis] == TensorSpec.ANY ? 0 : shape[axis];
            }
            empty.put(name, new Tensor(spec.kind(), shape, ByteBuffer.allocate(0)));
        }
        return empty;
    }
}
