package io.tesserae.contract.tensor;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.tesserae.tensor.v1.NamedTensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Tensors to messages and back, without copying: a message shares the tensor's memory, so neither may be written to after.
 * The message of a direct buffer is valid as long as that buffer is.
 */
public final class WireTensors {

    private WireTensors() {
    }

    /** The message of a tensor; shares its memory. */
    public static io.tesserae.tensor.v1.Tensor toMessage(Tensor tensor) {
        return io.tesserae.tensor.v1.Tensor.newBuilder()
                .setElementType(tensor.kind().wire())
                .addAllShape(LongStream.of(tensor.shape()).boxed().toList())
                .setData(UnsafeByteOperations.unsafeWrap(tensor.data()))
                .build();
    }

    /** The tensor of a message; shares its memory. Throws {@link IllegalArgumentException} that says what does not fit. */
    public static Tensor fromMessage(io.tesserae.tensor.v1.Tensor message) {
        ByteString data = message.getData();
        ByteBuffer view = data.asReadOnlyByteBuffer();
        long[] shape = message.getShapeList().stream().mapToLong(Long::longValue).toArray();
        return new Tensor(ElementKind.of(message.getElementType()), shape, view);
    }

    /** Named tensors of messages, in their order. Throws {@link IllegalArgumentException} on a repeated or empty name. */
    public static Map<String, Tensor> fromMessages(List<NamedTensor> messages) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (NamedTensor message : messages) {
            if (message.getName().isEmpty() || tensors.put(message.getName(), fromMessage(message.getTensor())) != null) {
                throw new IllegalArgumentException("tensor name '" + message.getName() + "' is empty or given twice");
            }
        }
        return tensors;
    }

    /** Messages of named tensors, in their order. */
    public static List<NamedTensor> toMessages(Map<String, Tensor> tensors) {
        return tensors.entrySet().stream()
                .map(e -> NamedTensor.newBuilder().setName(e.getKey()).setTensor(toMessage(e.getValue())).build())
                .toList();
    }
}
