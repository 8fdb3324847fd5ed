/**
 * LLaVA-1.5: one square crop of the picture, one run of image tokens. Source: transformers' {@code CLIPImageProcessorPil} (or
 * the SigLIP one) and {@code LlavaProcessor}.
 */
package io.tesserae.families.llava;
