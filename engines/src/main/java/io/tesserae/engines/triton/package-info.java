/**
 * NVIDIA Triton, or whatever else speaks its protocol, as an engine. {@link io.tesserae.engines.triton.TritonOptions} says where it is and how it is
 * called; {@link io.tesserae.engines.triton.TritonServers} are its addresses with their health, of which each call gets one;
 * {@link io.tesserae.engines.triton.TritonModel} is one model on them, checked against what the model folder says
 * ({@link io.tesserae.engines.triton.ModelAgreement}); {@link io.tesserae.engines.triton.TritonEngine} is the same as a plain
 * {@link io.tesserae.engines.Engine}, and {@link io.tesserae.engines.triton.TokenStream} is a decoupled call, whose answers come one by one. What travels is
 * Triton's own messages ({@code inference.GrpcService}), generated from its own protos.
 */
package io.tesserae.engines.triton;
