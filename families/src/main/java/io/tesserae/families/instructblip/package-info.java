/**
 * InstructBLIP: pictures and prompt are BLIP-2's; what differs is that its nerve reads the instruction. Source: transformers'
 * {@code BlipImageProcessorPil} and {@code InstructBlipProcessor}.
 */
package io.tesserae.families.instructblip;
