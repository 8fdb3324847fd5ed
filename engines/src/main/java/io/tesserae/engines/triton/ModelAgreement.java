package io.tesserae.engines.triton;

import inference.GrpcService.ModelMetadataResponse.TensorMetadata;
import inference.ModelConfigOuterClass.ModelConfig;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.engines.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether a model on Triton is what its card says: each tensor's name, type and shape, and the revision that it was made of. */
final class ModelAgreement {

    private ModelAgreement() {
    }

    /** Every difference, in words; empty where there is none. */
    static List<String> differences(ModelCard card, List<TensorMetadata> inputs, List<TensorMetadata> outputs, ModelConfig config) {
        List<String> differences = new ArrayList<>();
        compare("input", card.inputs(), inputs, differences);
        for (TensorMetadata input : inputs) {
            if (!card.inputs().isEmpty() && !card.inputs().containsKey(input.getName())) {
                differences.add("it takes an input '" + input.getName() + "' that the model's graph has not");
            }
        }
        compare("output", card.outputs(), outputs, differences);
        String revision = config.getParametersMap().containsKey(ModelCard.REVISION)
                ? config.getParametersOrThrow(ModelCard.REVISION).getStringValue() : "";
        card.revision().filter(own -> !revision.isEmpty() && !own.equals(revision)).ifPresent(own -> differences.add(
                "it was made of revision " + revision + " of the model, the model folder holds " + own));
        return differences;
    }

    private static void compare(String what, Map<String, TensorSpec> wanted, List<TensorMetadata> actual, List<String> differences) {
        Map<String, TensorMetadata> byName = new LinkedHashMap<>();
        actual.forEach(tensor -> byName.put(tensor.getName(), tensor));
        wanted.forEach((name, spec) -> {
            TensorMetadata tensor = byName.get(name);
            if (tensor == null) {
                differences.add("it has no " + what + " '" + name + "', only " + byName.keySet());
                return;
            }
            if (!tensor.getDatatype().equals(WireTypes.name(spec.kind()))) {
                differences.add(what + " '" + name + "' is " + tensor.getDatatype() + ", must be " + WireTypes.name(spec.kind()));
            }
            long[] shape = tensor.getShapeList().stream().mapToLong(Long::longValue).toArray();
            if (!compatible(shape, spec.shape())) {
                differences.add(what + " '" + name + "' has shape " + inWords(shape) + ", must be " + inWords(spec.shape()));
            }
        });
    }

    private static boolean compatible(long[] one, long[] other) {
        boolean fits = one.length == other.length;
        for (int axis = 0; fits && axis < one.length; axis++) {
            fits = one[axis] == TensorSpec.ANY || other[axis] == TensorSpec.ANY || one[axis] == other[axis];
        }
        return fits;
    }

    private static String inWords(long[] shape) {
        return Arrays.toString(shape).replace("-1", "any");
    }

    /** Triton's own description in our terms. Tensors of types that we have not, such as text, are left out. */
    static Map<String, TensorSpec> specs(List<TensorMetadata> tensors) {
        Map<String, TensorSpec> specs = new LinkedHashMap<>();
        for (TensorMetadata tensor : tensors) {
            ElementKind kind = WireTypes.kind(tensor.getDatatype()).orElse(null);
            if (kind != null) {
                specs.put(tensor.getName(), new TensorSpec(tensor.getName(), kind, tensor.getShapeList().stream().mapToLong(Long::longValue).toArray()));
            }
        }
        return specs;
    }
}
