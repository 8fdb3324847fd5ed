/**
 * InternVL 2.5 and 3: as many square tiles as fit the picture's aspect best, and a thumbnail where they are several. Source:
 * transformers' {@code GotOcr2ImageProcessorPil} and {@code InternVLProcessor}.
 */
package io.tesserae.families.internvl;
