package io.tesserae.gateway.doubles;

import io.smallrye.certs.CertificateGenerator;
import io.smallrye.certs.CertificateRequest;
import io.smallrye.certs.Format;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Certificates made for one run of the tests. */
public final class Certificates {

    private static final String PASSWORD = "tests only";

    private final Path folder;

    public Certificates() {
        try {
            folder = Files.createTempDirectory("certificates");
        } catch (java.io.IOException unusable) {
            throw new java.io.UncheckedIOException(unusable);
        }
    }

    /** Makes {@code NAME.crt}, {@code NAME.key}, {@code NAME-ca.crt} and, where {@code client}, those of a client that such a server trusts. */
    public Certificates make(String name, boolean client, String... alternativeNames) {
        CertificateRequest request = new CertificateRequest()
                .withName(name).withPassword(PASSWORD).withCN(name).withDuration(Duration.ofDays(2))
                .withFormats(java.util.List.of(Format.PEM, Format.PKCS12)).withClientCertificate(client);
        for (String alternative : alternativeNames) {
            request.withSubjectAlternativeName(alternative);
        }
        try {
            new CertificateGenerator(folder, true).generate(request);
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
        return this;
    }

    /** One of the files, by its whole name. */
    public Path file(String name) {
        return folder.resolve(name);
    }

    /** What a server of that certificate needs. */
    public SSLContext server(String name) {
        try (InputStream in = Files.newInputStream(file(name + "-keystore.p12"))) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }
}
