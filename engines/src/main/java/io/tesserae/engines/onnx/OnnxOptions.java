package io.tesserae.engines.onnx;

import java.util.Map;

/**
 * How a graph is run.
 *
 * @param provider   the processor that runs it
 * @param device     index of the accelerator; not read with {@link Provider#CPU}
 * @param threads    threads of one run; 0 for as many as processors are available to this JVM (container limits count)
 * @param spinning   whether idle threads burn their core for a while to wake faster. Off where several stages share a machine
 * @param level      how far the graph is rewritten when it is opened
 * @param prepacking whether weights are laid out anew in memory when opened: faster runs, but weights are copied, not mapped
 * @param settings   further session settings by ONNX Runtime's own keys, such as {@code session.use_env_allocators}
 */
public record OnnxOptions(
        Provider provider, int device, int threads, boolean spinning, Level level, boolean prepacking, Map<String, String> settings) {

    /** The processor that runs a graph. */
    public enum Provider { CPU, CUDA }

    /** How far a graph is rewritten when it is opened: not at all, without changing layouts, or fully. */
    public enum Level { NONE, BASIC, EXTENDED, ALL }

    public OnnxOptions {
        if (threads < 0) {
            throw new IllegalArgumentException("threads must be 0 or more, not " + threads);
        }
        if (device < 0) {
            throw new IllegalArgumentException("device must be 0 or more, not " + device);
        }
        settings = Map.copyOf(settings);
    }

    /** On the CPU, all its processors, no spinning, fully optimised. */
    public static OnnxOptions defaults() {
        return new OnnxOptions(Provider.CPU, 0, 0, false, Level.ALL, true, Map.of());
    }

    public OnnxOptions withProvider(Provider newProvider, int newDevice) {
        return new OnnxOptions(newProvider, newDevice, threads, spinning, level, prepacking, settings);
    }

    public OnnxOptions withThreads(int newThreads) {
        return new OnnxOptions(provider, device, newThreads, spinning, level, prepacking, settings);
    }

    public OnnxOptions withSpinning(boolean newSpinning) {
        return new OnnxOptions(provider, device, threads, newSpinning, level, prepacking, settings);
    }

    public OnnxOptions withLevel(Level newLevel) {
        return new OnnxOptions(provider, device, threads, spinning, newLevel, prepacking, settings);
    }

    public OnnxOptions withPrepacking(boolean newPrepacking) {
        return new OnnxOptions(provider, device, threads, spinning, level, newPrepacking, settings);
    }

    public OnnxOptions withSettings(Map<String, String> newSettings) {
        return new OnnxOptions(provider, device, threads, spinning, level, prepacking, newSettings);
    }

    /** Threads of one run, never 0. */
    public int effectiveThreads() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
