/**
 * From logits to the next token. The scheduler hands in one row of logits and what the sequence asked for; a token id leaves, and its
 * log-probability where asked. Order: logit bias, repetition, frequency and presence penalty, what a grammar forbids, temperature, top-k, top-p, min-p (that of
 * transformers' logits processors).
 */
package io.tesserae.llm.sampling;
