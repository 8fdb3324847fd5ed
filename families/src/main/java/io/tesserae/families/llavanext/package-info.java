/**
 * LLaVA-NeXT (LLaVA-1.6): an overview and as many tiles as the best fitting canvas has, joined into one grid without their padding,
 * with a learned newline after each row. Source: transformers' {@code LlavaNextImageProcessorPil}, {@code LlavaNextProcessor} and
 * {@code LlavaNextModel.pack_image_features}.
 */
package io.tesserae.families.llavanext;
