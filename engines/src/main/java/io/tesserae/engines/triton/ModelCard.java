package io.tesserae.engines.triton;

import io.tesserae.engines.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a model on Triton must be, as far as the model folder knows it.
 *
 * @param inputs   of its graph; empty where the graph is not here
 * @param outputs  likewise
 * @param revision of the model folder; only compared where Triton's configuration names one
 * @param demands  says what else is not as it must be; nothing where all is
 */
public record ModelCard(Map<String, TensorSpec> inputs, Map<String, TensorSpec> outputs, Optional<String> revision, Function<Found, List<String>> demands) {

    /** One that demands nothing beside that. */
    public ModelCard(Map<String, TensorSpec> inputs, Map<String, TensorSpec> outputs, Optional<String> revision) {
        this(inputs, outputs, revision, found -> List.of());
    }

    /** The parameter of a model's configuration that names the revision it was made of. */
    public static final String REVISION = "tesserae_revision";

    /** A card that any model fits. */
    public static ModelCard unknown() {
        return new ModelCard(Map.of(), Map.of(), Optional.empty());
    }
}
