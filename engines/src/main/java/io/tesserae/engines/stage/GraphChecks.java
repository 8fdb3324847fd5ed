package io.tesserae.engines.stage;

import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.engines.TensorSpec;
import java.util.Map;

/** Whether a graph is what its manifest says, asked once when it is loaded. */
public final class GraphChecks {

    private GraphChecks() {
    }

    /**
     * An input or output that the manifest names, which must have a batch axis that is open.
     *
     * @param part how the manifest calls it, such as {@code vision.input}
     */
    public static TensorSpec batched(Map<String, TensorSpec> specs, String part, String name) {
        TensorSpec spec = specs.get(name);
        if (spec == null) {
            throw new ModelFolderException("manifest: " + part + " is '" + name + "', but the graph has " + specs.keySet());
        }
        if (spec.rank() == 0 || spec.extent(0) != TensorSpec.ANY) {
            throw new ModelFolderException("manifest: " + part + " '" + name + "' must have an open batch axis, but the graph has " + spec);
        }
        return spec;
    }
}
