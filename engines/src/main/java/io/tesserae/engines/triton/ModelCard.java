package io.tesserae.engines.triton;

import io.tesserae.engines.TensorSpec;
import java.util.Map;
import java.util.Optional;

/**
 * What a model on Triton must be, as far as the model folder knows it.
 *
 * @param inputs   of its graph; empty where the graph is not here
 * @param outputs  likewise
 * @param revision of the model folder; only compared where Triton's configuration names one
 */
public record ModelCard(Map<String, TensorSpec> inputs, Map<String, TensorSpec> outputs, Optional<String> revision) {

    /** The parameter of a model's configuration that names the revision it was made of. */
    public static final String REVISION = "tesserae_revision";

    /** A card that any model fits. */
    public static ModelCard unknown() {
        return new ModelCard(Map.of(), Map.of(), Optional.empty());
    }
}
