package io.tesserae.gateway.caller;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A gateway that asks who comes, with keys of different allowances, and keeps files. Each key is its owner's name after {@code sk-test-}. */
public final class Guarded implements QuarkusTestProfile {

    /** What a browser's page may come from. */
    static final String ORIGIN = "https://page.example.org";

    /** The header that shows {@code name}'s key. */
    public static String bearer(String name) {
        return "Bearer " + key(name);
    }

    static String key(String name) {
        return "sk-test-" + name;
    }

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> config = new HashMap<>();
        for (String name : new String[] {"alice", "bob", "few", "frugal", "single", "gone", "urgent", "few-grpc", "hoarder"}) {
            config.put("tesserae.gateway.callers.keys." + name + ".sha256", Callers.hash(key(name)));
        }
        config.put("tesserae.gateway.callers.keys.alice.requests-per-minute", "10000");
        config.put("tesserae.gateway.callers.keys.few.requests-per-minute", "2");
        config.put("tesserae.gateway.callers.keys.few-grpc.requests-per-minute", "1");
        config.put("tesserae.gateway.callers.keys.frugal.tokens-per-day", "5");
        config.put("tesserae.gateway.callers.keys.single.concurrency", "1");
        config.put("tesserae.gateway.callers.keys.gone.expires", "2020-01-01T00:00:00Z");
        config.put("tesserae.gateway.callers.keys.urgent.priority", "-1");
        config.put("tesserae.gateway.files.folder", folder().toString());
        config.put("tesserae.gateway.files.count", "3");
        config.put("quarkus.http.cors.enabled", "true");
        config.put("quarkus.http.cors.origins", ORIGIN);
        return config;
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("uploads");
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }
}
