package io.tesserae.engines.onnx;

import ai.onnxruntime.OnnxTensor;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.DirectBuffers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One run's inputs where ONNX Runtime reads them: in place if they lie in direct buffers, else copied to leased ones. */
final class OpenInputs implements AutoCloseable {

    private final DirectBuffers staging;
    private final List<DirectBuffers.Lease> leases = new ArrayList<>();
    private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();

    OpenInputs(DirectBuffers staging, Map<String, Tensor> inputs) {
        this.staging = staging;
        try {
            inputs.forEach((name, tensor) -> tensors.put(name, OnnxTensors.over(direct(tensor.data()), tensor.kind(), tensor.shape())));
        } catch (RuntimeException refused) {
            close();
            throw refused;
        }
    }

    Map<String, OnnxTensor> tensors() {
        return tensors;
    }

    private ByteBuffer direct(ByteBuffer data) {
        if (data.isDirect()) {
            return data;
        }
        DirectBuffers.Lease lease = staging.lease(data.remaining());
        leases.add(lease);
        return lease.buffer().put(data).flip();
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
        leases.forEach(DirectBuffers.Lease::close);
    }
}
