/**
 * Folders in the layout that transformers.js publishes ({@code onnx/vision_encoder.onnx}, {@code embed_tokens.onnx},
 * {@code decoder_model_merged.onnx} and their variants), read as they are: what a manifest would say follows from the files and their
 * configs. {@link io.tesserae.contract.model.ModelFolder} asks here when a folder has no manifest.
 */
package io.tesserae.contract.model.hub;
