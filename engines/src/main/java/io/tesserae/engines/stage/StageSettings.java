package io.tesserae.engines.stage;

import io.smallrye.config.WithDefault;
import io.tesserae.engines.batching.BatchOptions;
import io.tesserae.engines.onnx.OnnxOptions;
import java.time.Duration;
import java.util.Map;

/** Settings of a stage that runs one graph in batches. A service's own settings extend these under its prefix. */
public interface StageSettings {

    /** What runs the graph: {@code onnx} is ONNX Runtime inside the service, {@code triton} a Triton server. */
    @WithDefault("onnx")
    String engine();

    /** Processor for the onnx engine: {@code cpu}, or {@code cuda}, which needs the GPU build of ONNX Runtime on the class path. */
    @WithDefault("cpu")
    OnnxOptions.Provider provider();

    /** Index of the accelerator, where the provider has several. */
    @WithDefault("0")
    int device();

    /** Threads of one run; 0 takes every processor available to the process, container limits counted. */
    @WithDefault("0")
    int threads();

    /** Whether idle threads of the engine spin for a while, to start the next run faster; costs the other stages of one machine dearly. */
    @WithDefault("false")
    boolean spinning();

    /** How far the graph is rewritten when it is loaded: {@code none}, {@code basic}, {@code extended} or {@code all}. */
    @WithDefault("all")
    OnnxOptions.Level optimisation();

    /** Further settings of ONNX Runtime's session, by its own keys in quotes. Empty by default. */
    Map<String, String> onnx();

    /** Where Triton is, for the triton engine. */
    TritonSettings triton();

    /** Most tiles in one run. */
    @WithDefault("8")
    int maxBatch();

    /** Longest time that a tile waits for others to share its run. Not read with the triton engine, whose own batcher waits. */
    @WithDefault("5ms")
    Duration maxDelay();

    /** Most tiles waiting for a run; calls beyond that are refused with QUEUE_FULL. */
    @WithDefault("256")
    int queueSize();

    /** Runs under way at once; more than 1 helps only where a run leaves processors idle. With the triton engine, {@code triton.calls} counts. */
    @WithDefault("1")
    int runs();

    /** Most tiles in one call. */
    @WithDefault("64")
    int maxTiles();

    /** Longest time that shutting down waits for accepted tiles. */
    @WithDefault("20s")
    Duration drain();

    /** These settings in the batcher's terms, for an engine that takes so many rows at once. */
    default BatchOptions batching(String name, int mostRows) {
        int rows = Math.min(maxBatch(), mostRows);
        // Triton forms batches of everybody's calls: waiting for company here as well would only cost time.
        return engine().equals("triton") ? new BatchOptions(name, rows, Duration.ZERO, queueSize(), triton().calls(), drain())
                : new BatchOptions(name, rows, maxDelay(), queueSize(), runs(), drain());
    }

    /** These settings in ONNX Runtime's terms. */
    default OnnxOptions onnxOptions() {
        return OnnxOptions.defaults()
                .withProvider(provider(), device())
                .withThreads(threads())
                .withSpinning(spinning())
                .withLevel(optimisation())
                .withSettings(onnx());
    }
}
