/**
 * Idefics2: the picture in its own shape, shrunk where its longer side passes a bound; split in four with the whole after them where that is
 * asked for. Source: transformers' {@code Idefics2ImageProcessorPil} and {@code Idefics2Processor}.
 */
package io.tesserae.families.idefics2;
