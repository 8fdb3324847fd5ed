package io.tesserae.engines.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.DirectBuffers;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One opened graph. External weights are found beside it. Runs may overlap: every method is thread-safe, and {@link #close} is
 * called after the last run has returned.
 */
public final class OnnxSession implements AutoCloseable {

    private final Path graph;
    private final OrtSession session;
    private final Map<String, TensorSpec> inputs;
    private final Map<String, TensorSpec> outputs;
    private final DirectBuffers staging = new DirectBuffers();

    private OnnxSession(Path graph, OrtSession session) throws OrtException {
        this.graph = graph;
        this.session = session;
        this.inputs = Collections.unmodifiableMap(OnnxTensors.specs(session.getInputInfo().values()));
        this.outputs = Collections.unmodifiableMap(OnnxTensors.specs(session.getOutputInfo().values()));
    }

    /** Loads a graph. Throws {@link EngineException} that says why it cannot be run so. */
    public static OnnxSession open(Path graph, OnnxOptions options) {
        if (!Files.isRegularFile(graph)) {
            throw new EngineException("no graph at " + graph.toAbsolutePath());
        }
        try (SessionOptions sessionOptions = OnnxSessionOptions.of(options)) {
            OrtSession session = OnnxEnvironment.shared().createSession(graph.toString(), sessionOptions);
            try {
                return new OnnxSession(graph, session);
            } catch (OrtException | RuntimeException unusable) {
                session.close();
                throw unusable;
            }
        } catch (OrtException refused) {
            throw new EngineException("graph " + graph.toAbsolutePath() + " cannot be opened: " + refused.getMessage(), refused);
        }
    }

    /** The same for a graph that is made here, of one at {@code original} whose external weights it shares. */
    public static OnnxSession open(byte[] graph, Path original, OnnxOptions options) {
        try (SessionOptions sessionOptions = OnnxSessionOptions.of(options)) {
            sessionOptions.addConfigEntry("session.model_external_initializers_file_folder_path", original.toAbsolutePath().getParent().toString());
            OrtSession session = OnnxEnvironment.shared().createSession(graph, sessionOptions);
            try {
                return new OnnxSession(original, session);
            } catch (OrtException | RuntimeException unusable) {
                session.close();
                throw unusable;
            }
        } catch (OrtException refused) {
            throw new EngineException("a graph made of " + original.toAbsolutePath() + " cannot be opened: " + refused.getMessage(), refused);
        }
    }

    /** The environment that tensors for this session are made in; the same for all sessions. */
    public OrtEnvironment environment() {
        return OnnxEnvironment.shared();
    }

    /** The graph's inputs by name, in its order. */
    public Map<String, TensorSpec> inputs() {
        return inputs;
    }

    /** The graph's outputs by name, in its order. */
    public Map<String, TensorSpec> outputs() {
        return outputs;
    }

    /**
     * Runs and writes each output that {@code pinnedOutputs} names into that tensor's own memory; other outputs are not
     * computed. A tensor may be input and output at once where the graph's operators work in place (a KV cache). The caller
     * keeps all tensors. {@code options} may be told to terminate from another thread; that acts between two nodes.
     */
    public void run(Map<String, OnnxTensor> inputTensors, Map<String, OnnxTensor> pinnedOutputs, Optional<RunOptions> options) {
        try {
            // Closing the result frees none of the pinned tensors: they are the caller's.
            session.run(inputTensors, Set.of(), pinnedOutputs, options.orElse(null)).close();
        } catch (OrtException failed) {
            throw failed(failed);
        }
    }

    /**
     * Runs and copies every output once, into the heap. Inputs in direct buffers are read in place; others are copied once to
     * a direct buffer that later runs use again.
     */
    public Map<String, Tensor> run(Map<String, Tensor> tensors) {
        return run(tensors, outputs.keySet(), Optional.empty());
    }

    /** The same for some of the outputs, and stoppable from another thread. Throws {@link EngineException}, also for inputs that do not fit. */
    public Map<String, Tensor> run(Map<String, Tensor> tensors, Set<String> wanted, Optional<RunOptions> options) {
        checkNames(tensors.keySet(), wanted);
        try (OpenInputs opened = new OpenInputs(staging, tensors);
                OrtSession.Result result = session.run(opened.tensors(), wanted, Map.of(), options.orElse(null))) {
            Map<String, Tensor> copied = new LinkedHashMap<>();
            result.forEach(output -> copied.put(output.getKey(), OnnxTensors.copyOf((OnnxTensor) output.getValue())));
            return copied;
        } catch (OrtException failed) {
            throw failed(failed);
        }
    }

    private void checkNames(Set<String> given, Set<String> wanted) {
        if (!given.equals(inputs.keySet())) {
            throw new EngineException(graph.getFileName() + " takes " + inputs.keySet() + ", not " + given);
        }
        if (wanted.isEmpty() || !outputs.keySet().containsAll(wanted)) {
            throw new EngineException(graph.getFileName() + " gives " + outputs.keySet() + ", not " + wanted);
        }
    }

    private EngineException failed(OrtException failed) {
        return new EngineException("a run of " + graph.getFileName() + " failed: " + failed.getMessage(), failed);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException failed) {
            throw new EngineException("graph " + graph + " cannot be closed: " + failed.getMessage(), failed);
        }
    }
}
