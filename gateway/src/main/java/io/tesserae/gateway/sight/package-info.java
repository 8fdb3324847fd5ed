/**
 * Pictures that were seen before, or are being looked at now. {@code chat} asks by a hash over pixels and plan; what is found is embeddings,
 * promises of them, or the task of making them.
 */
package io.tesserae.gateway.sight;
