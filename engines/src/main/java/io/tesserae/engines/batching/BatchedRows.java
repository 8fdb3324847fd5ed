package io.tesserae.engines.batching;

import io.tesserae.contract.tensor.Tensor;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Results of one call's rows, in its order.
 *
 * @param rows      each row's outputs by name, without the batch axis
 * @param queued    from arrival until the run started, longest over the rows
 * @param run       length of the run, longest over the rows
 * @param batchSize rows of the largest run that one of these was part of
 */
public record BatchedRows(List<Map<String, Tensor>> rows, Duration queued, Duration run, int batchSize) {

    static BatchedRows of(List<Batched<Map<String, Tensor>>> rows) {
        return new BatchedRows(
                rows.stream().map(Batched::value).toList(),
                rows.stream().map(Batched::queued).max(Comparator.naturalOrder()).orElse(Duration.ZERO),
                rows.stream().map(Batched::run).max(Comparator.naturalOrder()).orElse(Duration.ZERO),
                rows.stream().mapToInt(Batched::batchSize).max().orElse(0));
    }
}
