package io.tesserae.projector;

import io.tesserae.contract.tensor.Tensor;
import java.time.Duration;
import java.util.List;

/**
 * What became of a call's tiles.
 *
 * @param embeddings one a tile, float32 [token, width]
 * @param levels     for each tile further levels of the same shape, as many as the brain takes beside the first; usually none
 * @param queued     from arrival until the run started, longest over the tiles
 * @param run        length of the run, longest over the tiles
 * @param batchSize  tiles of the largest run that one of these was part of
 */
record Projected(List<Tensor> embeddings, List<List<Tensor>> levels, Duration queued, Duration run, int batchSize) {
}
