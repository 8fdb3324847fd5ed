package io.tesserae.gateway.stage;

import io.tesserae.contract.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What became of one tile. */
public sealed interface EyeOutput {

    /** Columns and rows that patches were laid out in. */
    record Layout(int columns, int rows) {
    }

    /**
     * The eye's outputs, for the nerve to turn into embeddings.
     *
     * @param byName without a batch axis, such as [patch, hidden]
     * @param layout empty where patches have none
     */
    record Features(Map<String, Tensor> byName, Optional<Layout> layout) implements EyeOutput {
    }

    /**
     * What the brain reads.
     *
     * @param tokens [token, width]
     * @param levels further levels [token, width] for brains that take several; usually empty
     */
    record Embeddings(Tensor tokens, List<Tensor> levels) implements EyeOutput {
    }
}
