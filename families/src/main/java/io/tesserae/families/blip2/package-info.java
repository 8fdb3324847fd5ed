/**
 * BLIP-2: the whole picture stretched to one square tile, one picture a conversation, its image tokens before everything else. Source:
 * transformers' {@code BlipImageProcessorPil} and {@code Blip2Processor}.
 */
package io.tesserae.families.blip2;
