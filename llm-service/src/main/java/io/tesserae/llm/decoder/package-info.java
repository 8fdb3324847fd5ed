/**
 * The model proper: token ids and embeddings in, logits out, one call at a time from the engine's thread. It keeps the KV cache, whose rows
 * the scheduler gives to sequences, and knows neither sequences nor text. Sampling comes next.
 */
package io.tesserae.llm.decoder;
