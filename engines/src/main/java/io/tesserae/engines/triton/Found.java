package io.tesserae.engines.triton;

import inference.GrpcService.ModelMetadataResponse;
import inference.ModelConfigOuterClass.ModelConfig;
import io.tesserae.engines.TensorSpec;
import java.util.Map;

/** A model as Triton describes it: its tensors, the batch axis included where it has one, and its configuration. */
public record Found(Map<String, TensorSpec> inputs, Map<String, TensorSpec> outputs, ModelConfig config) {

    static Found of(ModelMetadataResponse metadata, ModelConfig config) {
        return new Found(ModelAgreement.specs(metadata.getInputsList()), ModelAgreement.specs(metadata.getOutputsList()), config);
    }

    /** Most rows of one request; 0 for a model without a batch axis. */
    public int maxBatch() {
        return config.getMaxBatchSize();
    }
}
