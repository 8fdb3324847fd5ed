/**
 * Qwen2-VL, Qwen2.5-VL and Qwen3-VL: a picture keeps its size, rounded to whole tokens and within bounds, and is one tile; how many
 * tokens it takes follows from that. The three differ in eye and brain, not in pixels and prompt: transformers has one processor for
 * them, {@code Qwen2VLImageProcessorPil}.
 */
package io.tesserae.families.qwen2vl;
