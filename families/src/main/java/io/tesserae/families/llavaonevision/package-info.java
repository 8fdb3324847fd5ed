/**
 * LLaVA-OneVision: LLaVA-NeXT's tiles on canvases of up to 36, shrunk as a whole where they are many; several pictures of one
 * conversation are one padded tile each. Source: transformers' {@code LlavaOnevisionImageProcessorPil}, {@code LlavaOnevisionProcessor}
 * and {@code LlavaOnevisionModel.pack_image_features}.
 */
package io.tesserae.families.llavaonevision;
