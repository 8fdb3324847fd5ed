/**
 * Writes a model folder as a Triton model repository: {@link io.tesserae.engines.triton.repository.TritonRepository} a model a graph, with its
 * configuration ({@link io.tesserae.engines.triton.repository.GraphModel}), and the brain as a decoupled model of Triton's Python backend
 * ({@link io.tesserae.engines.triton.repository.BrainModel}). What is written is read by Triton; the stages' triton engine is its client.
 */
package io.tesserae.engines.triton.repository;
