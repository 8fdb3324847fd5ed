package io.tesserae.llm.remote.vllm;

import io.tesserae.contract.tensor.ElementKind;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How vLLM is reached.
 *
 * @param addresses base addresses, without {@code /v1}
 * @param model     name that it serves the model under; empty where it serves one alone
 * @param kind      what embeddings are sent as
 * @param context   longest prompt plus answer that it must take
 * @param width     of an embedding
 */
record VllmOptions(List<URI> addresses, Optional<String> model, Optional<String> apiKey, ElementKind kind, boolean priorities, int context, int width,
        Duration connectTimeout, Duration silence, Duration probe) {
}
