/**
 * Qwen-VL, the first of its line: the picture is stretched to a square, which is one tile and one run of tokens. Source: the code that is
 * published with the checkpoint, since transformers has no class for it.
 */
package io.tesserae.families.qwenvl;
