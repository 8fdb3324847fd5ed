/**
 * ONNX Runtime in this process. {@link io.tesserae.engines.onnx.OnnxOptions} says how a graph is run;
 * {@link io.tesserae.engines.onnx.OnnxSession} is one opened graph, with pinned outputs for the brain's KV cache;
 * {@link io.tesserae.engines.onnx.OnnxEngine} is the same as a plain {@link io.tesserae.engines.Engine}.
 */
package io.tesserae.engines.onnx;
