/**
 * Gemma 3: the whole picture stretched to one square tile; with pan and scan also a few crops along its longer side, which a sentence
 * announces. Source: transformers' {@code Gemma3ImageProcessorPil} and {@code Gemma3Processor}.
 */
package io.tesserae.families.gemma3;
