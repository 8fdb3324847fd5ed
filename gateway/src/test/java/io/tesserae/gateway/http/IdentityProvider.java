package io.tesserae.gateway.http;

import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** An OpenID Connect provider: its discovery page, its keys, and tokens that it or somebody else signs. */
public final class IdentityProvider implements QuarkusTestResourceLifecycleManager {

    private final KeyPair keys = pair();
    private final KeyPair others = pair();
    private HttpServer server;
    private String url;

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public Map<String, String> start() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 10);
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
        url = "http://127.0.0.1:" + server.getAddress().getPort();
        serve("/.well-known/openid-configuration", "{\"issuer\":\"" + url + "\",\"jwks_uri\":\"" + url + "/keys\",\"token_endpoint\":\"" + url
                + "/token\",\"authorization_endpoint\":\"" + url + "/auth\"}");
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        serve("/keys", "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"one\",\"n\":\"" + base64(unsigned(key.getModulus()))
                + "\",\"e\":\"" + base64(unsigned(key.getPublicExponent())) + "\"}]}");
        server.start();
        return Map.of("quarkus.oidc.auth-server-url", url, "quarkus.oidc.client-id", "tesserae", "quarkus.oidc.token.audience", "tesserae",
                "tesserae.gateway.callers.oidc.enabled", "true", "tesserae.gateway.callers.oidc.roles", "looker",
                "tesserae.gateway.callers.oidc.requests-per-minute", "2");
    }

    private void serve(String path, String json) {
        server.createContext(path, exchange -> {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("content-type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A token as this provider signs it, for so many seconds from now. */
    String token(String subject, String audience, String role, long seconds) {
        return token(url, subject, audience, role, seconds, keys, "RS256");
    }

    /** The same signed by somebody else. */
    String forged(String subject) {
        return token(url, subject, "tesserae", "looker", 600, others, "RS256");
    }

    /** The same with no signature at all. */
    String unsigned(String subject) {
        return token(url, subject, "tesserae", "looker", 600, null, "none");
    }

    /** The same of another issuer. */
    String foreign(String subject) {
        return token("http://elsewhere.example.org", subject, "tesserae", "looker", 600, keys, "RS256");
    }

    private static String token(String issuer, String subject, String audience, String role, long seconds, KeyPair by, String algorithm) {
        long now = System.currentTimeMillis() / 1_000;
        String head = base64(("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\",\"kid\":\"one\"}").getBytes(StandardCharsets.UTF_8));
        String body = base64(("{\"iss\":\"" + issuer + "\",\"sub\":\"" + subject + "\",\"aud\":\"" + audience + "\",\"groups\":[\"" + role + "\"],\"iat\":" + (now - 700)
                + ",\"exp\":" + (now + seconds) + "}").getBytes(StandardCharsets.UTF_8));
        if (by == null) {
            return head + "." + body + ".";
        }
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(by.getPrivate());
            signature.update((head + "." + body).getBytes(StandardCharsets.UTF_8));
            return head + "." + body + "." + base64(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void stop() {
        server.stop(0);
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(this, new TestInjector.MatchesType(IdentityProvider.class));
    }
}
