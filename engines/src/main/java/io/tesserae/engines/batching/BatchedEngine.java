package io.tesserae.engines.batching;

import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.DirectBuffers;
import io.tesserae.engines.Engine;
import io.tesserae.engines.EngineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.LongStream;

/**
 * An engine whose graph has a batch axis outermost in every input and output, run for rows of concurrent callers. Rows run
 * together only if their parts have the same names, kinds and shapes.
 */
public final class BatchedEngine implements AutoCloseable {

    private final Engine engine;
    private final Set<String> outputs;
    private final DirectBuffers staging = new DirectBuffers();
    private final DynamicBatcher<Map<String, RowPart>, Map<String, Tensor>> batcher;

    /**
     * @param engine  closed with this
     * @param outputs the wanted outputs of the graph
     */
    public BatchedEngine(Engine engine, Set<String> outputs, BatchOptions options, BatchObserver observer, Executor answers) {
        this.engine = engine;
        this.outputs = Set.copyOf(outputs);
        this.batcher = new DynamicBatcher<>(options, BatchedEngine::shapeKey, this::run, observer, answers);
    }

    public Engine engine() {
        return engine;
    }

    /** Rows that wait for a run. */
    public int queued() {
        return batcher.queued();
    }

    /**
     * Runs one call's rows, together or among others'. Cancelling drops those that have not run. If one fails the call fails
     * with its failure, and its other rows are dropped.
     *
     * @param rows each row's parts by the graph's input names
     * @throws io.tesserae.contract.failure.Failure QUEUE_FULL when there is no room for all of them, STAGE_UNAVAILABLE once closing
     */
    public CompletableFuture<BatchedRows> submit(List<Map<String, RowPart>> rows, Cancellation cancellation) {
        List<CompletableFuture<Batched<Map<String, Tensor>>>> pending = batcher.submit(rows);
        Cancellation.Registration drop = cancellation.onCancel(() -> cancelAll(pending));
        CompletableFuture<BatchedRows> answer = new CompletableFuture<>();
        pending.forEach(row -> row.whenComplete((result, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
                cancelAll(pending);
            }
        }));
        CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new)).whenComplete((done, failure) -> {
            drop.close();
            if (failure == null) {
                answer.complete(BatchedRows.of(pending.stream().map(CompletableFuture::join).toList()));
            }
        });
        return answer;
    }

    private static void cancelAll(List<? extends CompletableFuture<?>> pending) {
        pending.forEach(row -> row.cancel(true));
    }

    private static Object shapeKey(Map<String, RowPart> row) {
        Map<String, List<Object>> key = new TreeMap<>();
        row.forEach((name, part) -> key.put(name, List.of(part.kind(), LongStream.of(part.shape()).boxed().toList())));
        return key;
    }

    private List<Map<String, Tensor>> run(List<Map<String, RowPart>> rows, Cancellation cancellation) {
        List<DirectBuffers.Lease> leases = new ArrayList<>();
        try {
            Map<String, Tensor> batch = new LinkedHashMap<>();
            rows.get(0).forEach((name, part) -> batch.put(name, stack(name, part, rows, leases)));
            return takeApart(engine.run(batch, outputs, cancellation), rows.size());
        } finally {
            leases.forEach(DirectBuffers.Lease::close);
        }
    }

    /** Writes the rows' parts of one input one after another: [row, …]. */
    private Tensor stack(String name, RowPart first, List<Map<String, RowPart>> rows, List<DirectBuffers.Lease> leases) {
        ElementKind kind = first.kind();
        long rowBytes = Tensor.elements(first.shape()) * kind.bytes();
        DirectBuffers.Lease lease = staging.lease(Math.toIntExact(rowBytes * rows.size()));
        leases.add(lease);
        ByteBuffer whole = lease.buffer();
        for (int i = 0; i < rows.size(); i++) {
            ByteBuffer target = whole.slice(Math.toIntExact(i * rowBytes), (int) rowBytes).order(ByteOrder.LITTLE_ENDIAN);
            rows.get(i).get(name).writeTo(target);
        }
        long[] shape = LongStream.concat(LongStream.of(rows.size()), LongStream.of(first.shape())).toArray();
        return new Tensor(kind, shape, whole);
    }

    private static List<Map<String, Tensor>> takeApart(Map<String, Tensor> results, int rows) {
        List<Map<String, Tensor>> apart = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            apart.add(new LinkedHashMap<>());
        }
        results.forEach((name, tensor) -> {
            if (tensor.rank() == 0 || tensor.extent(0) != rows) {
                throw new EngineException("output '" + name + "' is " + tensor + " for a batch of " + rows + ": no batch axis");
            }
            for (int i = 0; i < rows; i++) {
                apart.get(i).put(name, tensor.row(i));
            }
        });
        return apart;
    }

    /** Drains, then closes the engine. */
    @Override
    public void close() {
        batcher.close();
        engine.close();
    }
}
