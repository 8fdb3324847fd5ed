package io.tesserae.llm.scheduler;

import io.tesserae.contract.tensor.Tensor;
import java.util.List;

/**
 * What came for one slot, as it came over the wire.
 *
 * @param embeddings [token, hidden]
 * @param levels     further levels [token, hidden], as many as the brain takes
 */
public record SlotTensors(Tensor embeddings, List<Tensor> levels) {
}
