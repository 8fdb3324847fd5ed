package io.tesserae.engines.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.Engine;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.TensorSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A graph run by ONNX Runtime in this process. Cancelling a run acts between two of the graph's nodes. */
public final class OnnxEngine implements Engine {

    private final OnnxSession session;
    /** Runs hold the read side, so that closing waits for them. */
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private volatile boolean closed;

    private OnnxEngine(OnnxSession session) {
        this.session = session;
    }

    /** Loads a graph. Throws {@link EngineException} that says why it cannot be run so. */
    public static OnnxEngine open(Path graph, OnnxOptions options) {
        return new OnnxEngine(OnnxSession.open(graph, options));
    }

    @Override
    public String name() {
        return "onnx";
    }

    @Override
    public Map<String, TensorSpec> inputs() {
        return session.inputs();
    }

    @Override
    public Map<String, TensorSpec> outputs() {
        return session.outputs();
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, Set<String> outputs, Cancellation cancellation) {
        use.readLock().lock();
        try {
            check();
            return runOpen(inputs, outputs, cancellation);
        } finally {
            use.readLock().unlock();
        }
    }

    private Map<String, Tensor> runOpen(Map<String, Tensor> inputs, Set<String> outputs, Cancellation cancellation) {
        try (RunOptions options = new RunOptions();
                Cancellation.Registration stop = cancellation.onCancel(() -> terminate(options))) {
            if (cancellation.isCancelled()) {
                throw new CancellationException("cancelled before it ran");
            }
            return session.run(inputs, outputs, Optional.of(options));
        } catch (EngineException failed) {
            if (cancellation.isCancelled()) {
                throw (CancellationException) new CancellationException("cancelled while it ran").initCause(failed);
            }
            throw failed;
        } catch (OrtException refused) {
            throw new EngineException("a run cannot start: " + refused.getMessage(), refused);
        }
    }

    private static void terminate(RunOptions options) {
        try {
            options.setTerminate(true);
        } catch (OrtException refused) {
            throw new EngineException("a run cannot be stopped: " + refused.getMessage(), refused);
        }
    }

    @Override
    public void check() {
        if (closed) {
            throw new EngineException("the engine is closed");
        }
    }

    @Override
    public void close() {
        use.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
            }
        } finally {
            use.writeLock().unlock();
        }
    }
}
