package io.tesserae.llm.remote.vllm;

import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.config.TlsConfigUtils;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.engines.EngineException;
import io.tesserae.llm.config.LlmConfig;
import io.tesserae.llm.decoder.BrainShape;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Opens vLLM by what configuration says of it. */
@Singleton
public class VllmBrains {

    private final Vertx vertx;
    private final TlsConfigurationRegistry certificates;

    VllmBrains(Vertx vertx, TlsConfigurationRegistry certificates) {
        this.vertx = vertx;
        this.certificates = certificates;
    }

    /** Throws {@link EngineException} that names the setting which is wrong. */
    public VllmBrain open(LlmConfig config, BrainShape shape) {
        LlmConfig.Remote remote = config.remote();
        List<URI> addresses = addresses(remote.addresses().orElseThrow(() -> new EngineException("tesserae.llm.remote.addresses must name a vLLM server, such as http://localhost:8000")));
        HttpClientOptions transport = new HttpClientOptions();
        remote.tls().ifPresent(name -> {
            TlsConfiguration found = certificates.get(name)
                    .orElseThrow(() -> new EngineException("tesserae.llm.remote.tls names '" + name + "', but there is no quarkus.tls." + name));
            TlsConfigUtils.configure(transport, found);
        });
        return new VllmBrain(vertx, transport, new VllmOptions(addresses, config.vllm().model(), remote.apiKey(), kind(config.vllm().embeddings()),
                config.vllm().priorities(), shape.context(), shape.hidden(), remote.connectTimeout(), remote.silence(), remote.probe()));
    }

    private static List<URI> addresses(String listed) {
        return Arrays.stream(listed.split(",")).map(String::strip).map(VllmBrains::address).toList();
    }

    private static URI address(String written) {
        try {
            URI address = URI.create(written.replaceFirst("/+$", "").replaceFirst("/v1$", ""));
            if (address.getHost() != null && List.of("http", "https").contains(address.getScheme())) {
                return address;
            }
        } catch (IllegalArgumentException malformed) {
            // Told below.
        }
        throw new EngineException("tesserae.llm.remote.addresses: '" + written + "' is not an address such as http://localhost:8000");
    }

    private static ElementKind kind(String written) {
        return switch (written.toLowerCase(Locale.ROOT)) {
            case "float32" -> ElementKind.FLOAT32;
            case "float16" -> ElementKind.FLOAT16;
            case "bfloat16" -> ElementKind.BFLOAT16;
            default -> throw new EngineException("tesserae.llm.vllm.embeddings must be float32, float16 or bfloat16, not " + written);
        };
    }
}
