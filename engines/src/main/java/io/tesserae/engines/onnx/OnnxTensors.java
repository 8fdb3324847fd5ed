package io.tesserae.engines.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors between our form and ONNX Runtime's. */
public final class OnnxTensors {

    private OnnxTensors() {
    }

    /**
     * A tensor over a direct buffer's memory from its position to its limit, not copied: ONNX Runtime reads it, or writes it
     * where the tensor is pinned as an output. The buffer must outlive the tensor; the caller closes the tensor.
     *
     * <p>Throws {@link EngineException} for a heap buffer (ONNX Runtime would copy it silently, and refuses it for float16) and
     * where the buffer's size is not the shape's.
     */
    public static OnnxTensor over(ByteBuffer direct, ElementKind kind, long... shape) {
        if (!direct.isDirect()) {
            throw new EngineException("a tensor must lie in a direct buffer");
        }
        long bytes = Tensor.elements(shape) * kind.bytes();
        if (direct.remaining() != bytes) {
            throw new EngineException("a " + kind + " tensor takes " + bytes + " bytes, the buffer has " + direct.remaining());
        }
        try {
            ByteBuffer slice = direct.slice().order(ByteOrder.nativeOrder());
            return OnnxTensor.createTensor(OnnxEnvironment.shared(), slice, shape, javaType(kind));
        } catch (OrtException refused) {
            throw new EngineException("a " + kind + " tensor cannot be made: " + refused.getMessage(), refused);
        }
    }

    /** Copies a tensor out of ONNX Runtime's memory, once, into the heap: it then lives as long as somebody holds it. */
    static Tensor copyOf(OnnxTensor tensor) {
        TensorInfo info = tensor.getInfo();
        return new Tensor(kind("output", info), info.getShape(), tensor.getByteBuffer());
    }

    static Map<String, TensorSpec> specs(Collection<NodeInfo> nodes) {
        Map<String, TensorSpec> specs = new LinkedHashMap<>();
        for (NodeInfo node : nodes) {
            if (!(node.getInfo() instanceof TensorInfo info)) {
                throw new EngineException("'" + node.getName() + "' of the graph is no tensor");
            }
            specs.put(node.getName(), new TensorSpec(node.getName(), kind(node.getName(), info), info.getShape()));
        }
        return specs;
    }

    private static OnnxJavaType javaType(ElementKind kind) {
        return switch (kind) {
            case FLOAT32 -> OnnxJavaType.FLOAT;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case INT64 -> OnnxJavaType.INT64;
            case INT32 -> OnnxJavaType.INT32;
            case UINT8 -> OnnxJavaType.UINT8;
            case BOOL -> OnnxJavaType.BOOL;
        };
    }

    private static ElementKind kind(String name, TensorInfo info) {
        return switch (info.type) {
            case FLOAT -> ElementKind.FLOAT32;
            case FLOAT16 -> ElementKind.FLOAT16;
            case BFLOAT16 -> ElementKind.BFLOAT16;
            case INT64 -> ElementKind.INT64;
            case INT32 -> ElementKind.INT32;
            case UINT8 -> ElementKind.UINT8;
            case BOOL -> ElementKind.BOOL;
            default -> throw new EngineException("'" + name + "' of the graph has elements of type " + info.type + ", which is not supported");
        };
    }
}
