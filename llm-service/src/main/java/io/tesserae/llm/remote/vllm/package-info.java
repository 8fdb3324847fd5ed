/**
 * vLLM as the brain, over its OpenAI-compatible completions endpoint. A {@link io.tesserae.llm.remote.RemoteRequest} arrives; its embeddings leave as
 * {@code prompt_embeds} ({@link io.tesserae.llm.remote.vllm.TorchFile}), what was asked for as the endpoint's own fields
 * ({@link io.tesserae.llm.remote.vllm.CompletionBody}), and ids come back as server-sent events ({@link io.tesserae.llm.remote.vllm.CompletionEvents}).
 * {@link io.tesserae.llm.remote.vllm.VllmServer} is one address, {@link io.tesserae.llm.remote.vllm.VllmBrain} all of them.
 */
package io.tesserae.llm.remote.vllm;
