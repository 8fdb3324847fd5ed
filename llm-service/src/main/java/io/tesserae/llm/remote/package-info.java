/**
 * A brain that computes elsewhere: on another engine's GPUs, behind its own protocol. What arrives is a prompt that is laid out already: embeddings in order, what
 * stands in for pictures in place, positions where the model has axes, how to choose tokens and when to end ({@link io.tesserae.llm.remote.RemoteRequest}). What
 * leaves are token ids, one by one, through {@link io.tesserae.llm.remote.RemoteListener}. Template, tokenizer, layout, embedding table, stop strings and the
 * answer's text stay in this service; next are the scheduler's sequences, which the tokens are appended to. A new engine is one more implementation of
 * {@link io.tesserae.llm.remote.RemoteBrain} and one line in {@link io.tesserae.llm.remote.RemoteBrains}.
 */
package io.tesserae.llm.remote;
