package io.tesserae.engines.triton;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import inference.GrpcService.ModelInferRequest;
import inference.GrpcService.ModelInferRequest.InferInputTensor;
import inference.GrpcService.ModelInferRequest.InferRequestedOutputTensor;
import inference.GrpcService.ModelInferResponse;
import inference.GrpcService.ModelInferResponse.InferOutputTensor;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.EngineException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** Tensors to Triton's messages and back, elements as raw bytes in both directions and shared with the message, not copied. */
final class TensorMessages {

    private TensorMessages() {
    }

    /** A request of those inputs. It shares the tensors' memory: they may be used again once the call is over. */
    static ModelInferRequest.Builder request(Map<String, Tensor> inputs, Set<String> outputs) {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder();
        inputs.forEach((name, tensor) -> {
            request.addInputs(InferInputTensor.newBuilder()
                    .setName(name)
                    .setDatatype(WireTypes.name(tensor.kind()))
                    .addAllShape(LongStream.of(tensor.shape()).boxed().toList()));
            request.addRawInputContents(UnsafeByteOperations.unsafeWrap(tensor.data()));
        });
        outputs.forEach(name -> request.addOutputs(InferRequestedOutputTensor.newBuilder().setName(name)));
        return request;
    }

    /** The outputs of an answer; they share its memory. Throws {@link EngineException} for an answer that makes no sense. */
    static Map<String, Tensor> outputs(ModelInferResponse response) {
        if (response.getRawOutputContentsCount() != response.getOutputsCount()) {
            throw new EngineException("Triton answered " + response.getOutputsCount() + " outputs with " + response.getRawOutputContentsCount() + " contents");
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int i = 0; i < response.getOutputsCount(); i++) {
            InferOutputTensor output = response.getOutputs(i);
            outputs.put(output.getName(), tensor(output, response.getRawOutputContents(i)));
        }
        return outputs;
    }

    private static Tensor tensor(InferOutputTensor output, ByteString contents) {
        ElementKind kind = WireTypes.kind(output.getDatatype())
                .orElseThrow(() -> new EngineException("Triton's output '" + output.getName() + "' has elements of type " + output.getDatatype()));
        long[] shape = output.getShapeList().stream().mapToLong(Long::longValue).toArray();
        try {
            return new Tensor(kind, shape, contents.asReadOnlyByteBuffer());
        } catch (IllegalArgumentException wrongSize) {
            throw new EngineException("Triton's output '" + output.getName() + "': " + wrongSize.getMessage(), wrongSize);
        }
    }
}
