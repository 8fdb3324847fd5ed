package io.tesserae.engines.triton.repository;

import java.time.Duration;

/**
 * How models are to be run.
 *
 * @param backend    what runs eye and nerve
 * @param gpu        whether instances are on GPUs, one set on each; else on the CPU
 * @param instances  copies of eye and nerve that run side by side
 * @param maxBatch   most rows of one run of eye or nerve
 * @param queueDelay longest wait of a request for others to share its run
 * @param maxQueue   most requests that wait for one model; further ones are refused
 * @param rows       sequences that the brain computes at once
 * @param context    longest prompt plus answer of the brain, in tokens; 0 for the model's own, at most 4096
 * @param threads    threads of one run on the CPU; 0 for as many as there are processors
 * @param halfEmbeds whether the brain takes prompt embeddings in float16, which halves their bytes and rounds them
 */
public record RepositoryOptions(
        Backend backend, boolean gpu, int instances, int maxBatch, Duration queueDelay, int maxQueue, int rows, int context, int threads, boolean halfEmbeds) {

    /** Triton's own ONNX Runtime backend, or its Python backend running ONNX Runtime. */
    public enum Backend { ONNXRUNTIME, PYTHON }

    public RepositoryOptions {
        if (instances < 1 || maxBatch < 1 || maxQueue < 1 || rows < 1) {
            throw new IllegalArgumentException("instances, max-batch, max-queue and rows must be at least 1");
        }
        if (context < 0 || threads < 0 || queueDelay.isNegative()) {
            throw new IllegalArgumentException("context, threads and queue-delay must not be negative");
        }
    }

    /** What nobody asked otherwise for. */
    public static RepositoryOptions defaults() {
        return new RepositoryOptions(Backend.ONNXRUNTIME, false, 1, 8, Duration.ofMillis(2), 256, 8, 0, 0, false);
    }

    public RepositoryOptions withBackend(Backend newBackend) {
        return new RepositoryOptions(newBackend, gpu, instances, maxBatch, queueDelay, maxQueue, rows, context, threads, halfEmbeds);
    }

    public RepositoryOptions withGpu(boolean newGpu) {
        return new RepositoryOptions(backend, newGpu, instances, maxBatch, queueDelay, maxQueue, rows, context, threads, halfEmbeds);
    }

    public RepositoryOptions withInstances(int newInstances) {
        return new RepositoryOptions(backend, gpu, newInstances, maxBatch, queueDelay, maxQueue, rows, context, threads, halfEmbeds);
    }

    public RepositoryOptions withMaxBatch(int newMaxBatch) {
        return new RepositoryOptions(backend, gpu, instances, newMaxBatch, queueDelay, maxQueue, rows, context, threads, halfEmbeds);
    }

    public RepositoryOptions withQueueDelay(Duration newQueueDelay) {
        return new RepositoryOptions(backend, gpu, instances, maxBatch, newQueueDelay, maxQueue, rows, context, threads, halfEmbeds);
    }

    public RepositoryOptions withMaxQueue(int newMaxQueue) {
        return new RepositoryOptions(backend, gpu, instances, maxBatch, queueDelay, newMaxQueue, rows, context, threads, halfEmbeds);
    }

    public RepositoryOptions withRows(int newRows) {
        return new RepositoryOptions(backend, gpu, instances, maxBatch, queueDelay, maxQueue, newRows, context, threads, halfEmbeds);
    }

    public RepositoryOptions withContext(int newContext) {
        return new RepositoryOptions(backend, gpu, instances, maxBatch, queueDelay, maxQueue, rows, newContext, threads, halfEmbeds);
    }

    public RepositoryOptions withThreads(int newThreads) {
        return new RepositoryOptions(backend, gpu, instances, maxBatch, queueDelay, maxQueue, rows, context, newThreads, halfEmbeds);
    }

    public RepositoryOptions withHalfEmbeds(boolean newHalfEmbeds) {
        return new RepositoryOptions(backend, gpu, instances, maxBatch, queueDelay, maxQueue, rows, context, threads, newHalfEmbeds);
    }
}
