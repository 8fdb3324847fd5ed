/**
 * The default model's own family: an overview that keeps the picture's shape on a plain ground, and for detail a grid of tiles
 * of nearest aspect. Its settings are in the model's preprocessor_config.json.
 */
package io.tesserae.families.tesserae;
