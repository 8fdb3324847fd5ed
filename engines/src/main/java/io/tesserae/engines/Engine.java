package io.tesserae.engines;

import io.tesserae.contract.tensor.Tensor;
import java.util.Map;
import java.util.Set;

/**
 * Runs one graph. Opened by a factory of its own, which loads what it needs and no more; runs may overlap.
 *
 * <p>Everything thrown by these methods is an {@link EngineException}, but for a cancelled run.
 */
public interface Engine extends AutoCloseable {

    /** What kind of engine this is, for cards and metrics, such as {@code onnx}. */
    String name();

    /** What the graph takes, by name, in its order. */
    Map<String, TensorSpec> inputs();

    /** What the graph gives, by name, in its order. */
    Map<String, TensorSpec> outputs();

    /**
     * Runs once. Input tensors are read until this returns and may be reused after; the results are the caller's.
     *
     * @param inputs       one for each of {@link #inputs}; direct buffers are read in place
     * @param outputs      the wanted ones of {@link #outputs}; others need not be computed
     * @param cancellation stops the run where the engine can; the run then throws
     *                     {@link java.util.concurrent.CancellationException}
     */
    Map<String, Tensor> run(Map<String, Tensor> inputs, Set<String> outputs, Cancellation cancellation);

    /** Most rows along the batch axis that one run takes. */
    default int mostRows() {
        return Integer.MAX_VALUE;
    }

    /** Returns if a run could start now; throws an {@link EngineException} that says why not. Cheap: readiness asks it. */
    void check();

    /** Frees what the graph holds. Runs after that fail; runs under way are waited for. */
    @Override
    void close();
}
