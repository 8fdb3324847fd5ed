/**
 * Named tensors in, named tensors out. An {@link io.tesserae.engines.Engine} runs one graph and knows no family, no picture
 * and no protocol. {@code onnx} runs it in this process; {@code batching} puts concurrent callers' rows into one run of any
 * engine; {@code stage} is what the eye's and the nerve's services share around that. Services come next.
 */
package io.tesserae.engines;
