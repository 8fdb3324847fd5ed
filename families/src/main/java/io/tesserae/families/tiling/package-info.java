/** What several families' plans share: reading a processor's settings, grids, and a plan made of parts. */
package io.tesserae.families.tiling;
