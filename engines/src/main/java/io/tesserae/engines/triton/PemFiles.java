package io.tesserae.engines.triton;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.tesserae.engines.EngineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS by files in PEM.
 *
 * @param authorities certificates that servers are checked against; empty takes those that Java trusts
 * @param certificate our own, where servers ask for one
 * @param key         its key
 */
public record PemFiles(Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key, Optional<String> authority)
        implements TritonOptions.Security {

    @Override
    public ChannelCredentials credentials() {
        if (certificate.isPresent() != key.isPresent()) {
            throw new EngineException("Triton's tls needs both certificate and key, or neither");
        }
        TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
        try {
            if (authorities.isPresent()) {
                tls.trustManager(authorities.get().toFile());
            }
            if (certificate.isPresent()) {
                tls.keyManager(certificate.get().toFile(), key.orElseThrow().toFile());
            }
            return tls.build();
        } catch (IOException unreadable) {
            throw new EngineException("a certificate or key for Triton cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }
}
