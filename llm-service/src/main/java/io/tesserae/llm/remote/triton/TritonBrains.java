package io.tesserae.llm.remote.triton;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.triton.TritonOptions;
import io.tesserae.engines.triton.repository.BrainModel;
import io.tesserae.llm.config.LlmConfig;
import io.tesserae.llm.decoder.BrainShape;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens Triton by what configuration says of it. */
@Singleton
public class TritonBrains {

    private static final int FAILURES = 5;

    private final Vertx vertx;
    private final TlsConfigurationRegistry certificates;

    TritonBrains(Vertx vertx, TlsConfigurationRegistry certificates) {
        this.vertx = vertx;
        this.certificates = certificates;
    }

    /** Throws {@link EngineException} that names the setting which is wrong. */
    public TritonBrain open(LlmConfig config, ModelFolder folder, BrainShape shape) {
        LlmConfig.Remote remote = config.remote();
        List<String> addresses = Arrays.stream(remote.addresses()
                .orElseThrow(() -> new EngineException("tesserae.llm.remote.addresses must name a Triton server, such as localhost:8001")).split(","))
                .map(String::strip).toList();
        Map<String, String> headers = remote.apiKey().map(key -> Map.of("authorization", "Bearer " + key)).orElse(Map.of());
        try {
            TritonOptions options = new TritonOptions(addresses, config.triton().model().orElseGet(() -> BrainModel.name(folder)),
                    config.triton().version().orElse(""), remote.silence(), remote.silence(), remote.silence(), remote.probe(), FAILURES, 0,
                    remote.tls().map(this::security), headers);
            return new TritonBrain(options, shape, folder.manifest().revision(), remote.silence());
        } catch (IllegalArgumentException wrong) {
            throw new EngineException("tesserae.llm.remote: " + wrong.getMessage(), wrong);
        }
    }

    private TritonOptions.Security security(String name) {
        TlsConfiguration found = certificates.get(name)
                .orElseThrow(() -> new EngineException("tesserae.llm.remote.tls names '" + name + "', but there is no quarkus.tls." + name));
        return new TritonOptions.Security() {
            @Override
            public ChannelCredentials credentials() {
                return TritonBrains.this.credentials(found, name);
            }

            @Override
            public Optional<String> authority() {
                return Optional.empty();
            }
        };
    }

    private ChannelCredentials credentials(TlsConfiguration found, String name) {
        try {
            TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
            if (found.getTrustStoreOptions() != null) {
                tls.trustManager(found.getTrustStoreOptions().getTrustManagerFactory(vertx).getTrustManagers());
            }
            if (found.getKeyStoreOptions() != null) {
                tls.keyManager(found.getKeyStoreOptions().getKeyManagerFactory(vertx).getKeyManagers());
            }
            return tls.build();
        } catch (Exception unusable) {
            throw new EngineException("quarkus.tls." + name + " cannot be used: " + unusable.getMessage(), unusable);
        }
    }
}
