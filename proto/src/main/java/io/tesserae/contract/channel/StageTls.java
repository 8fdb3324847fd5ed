package io.tesserae.contract.channel;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * How a channel to another process is secured. All files are PEM.
 *
 * @param trust       certificates of those who sign the stages' own; absent: nothing is encrypted
 * @param certificate our own, shown to stages that ask for one (mutual TLS); absent: none
 * @param key         its private key, PKCS#8; present where the certificate is
 */
public record StageTls(Optional<Path> trust, Optional<Path> certificate, Optional<Path> key) {

    /** Plain text. */
    public static final StageTls NONE = new StageTls(Optional.empty(), Optional.empty(), Optional.empty());

    public StageTls {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("tls.certificate and tls.key are given both or not at all");
        }
        if (certificate.isPresent() && trust.isEmpty()) {
            throw new IllegalArgumentException("tls.certificate needs tls.trust: a channel that trusts nobody is not encrypted");
        }
    }

    /** What Netty needs for it; empty for plain text. Throws {@link IllegalArgumentException} where a file cannot be read. */
    Optional<SslContext> context() {
        return trust.map(signers -> {
            try {
                SslContextBuilder builder = GrpcSslContexts.forClient().trustManager(signers.toFile());
                certificate.ifPresent(own -> builder.keyManager(own.toFile(), key.orElseThrow().toFile()));
                return builder.build();
            } catch (SSLException | IllegalArgumentException unreadable) {
                throw new IllegalArgumentException("the files of tls.trust, tls.certificate and tls.key cannot be used: " + unreadable.getMessage(), unreadable);
            }
        });
    }
}
