/**
 * SmolVLM and Idefics3: the picture is enlarged to a fixed longest edge, cut into square tiles that row and column tokens name,
 * and followed by an overview of the whole. Source: transformers' {@code Idefics3ImageProcessorPil} and {@code Idefics3Processor}.
 */
package io.tesserae.families.idefics3;
