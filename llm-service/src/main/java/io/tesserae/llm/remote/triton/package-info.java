/**
 * A brain on NVIDIA Triton: a decoupled model that takes a prompt's embeddings and streams token ids, such as {@code ./tesserae triton-repository} writes. What
 * arrives is a {@link io.tesserae.llm.remote.RemoteRequest}; it becomes tensors by name ({@link io.tesserae.llm.remote.triton.BrainTensors}) and leaves on a stream
 * of Triton's own ({@link io.tesserae.engines.triton.TokenStreams}); token ids come back through the listener.
 */
package io.tesserae.llm.remote.triton;
