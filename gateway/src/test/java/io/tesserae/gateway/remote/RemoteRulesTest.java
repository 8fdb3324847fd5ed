package io.tesserae.gateway.remote;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.RemoteImageConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The settings of remote images, and which URLs they allow. */
class RemoteRulesTest {

    private static RemoteImageConfig with(Map<String, String> keys) {
        Map<String, String> prefixed = new HashMap<>();
        keys.forEach((key, value) -> prefixed.put("tesserae.gateway.remote-images." + key, value));
        return new SmallRyeConfigBuilder()
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .withConverter(Duration.class, 200, new DurationConverter())
                .withSources(new PropertiesConfigSource(prefixed, "test", 100))
                .withMapping(RemoteImageConfig.class).build().getConfigMapping(RemoteImageConfig.class);
    }

    private static void judge(RemoteImageConfig config, String url) {
        new RemoteRules(config).judge(RemoteUrl.of(url));
    }

    private static void refuses(RemoteImageConfig config, String url) {
        assertEquals(Reason.IMAGE_URL_REFUSED, assertThrows(Failure.class, () -> judge(config, url), url).reason());
    }

    @Test
    void everythingIsOffAndStrictByDefault() {
        RemoteImageConfig config = with(Map.of());
        assertFalse(config.enabled());
        assertFalse(config.http());
        assertTrue(config.domains().isEmpty());
        assertTrue(config.networks().isEmpty());
        assertTrue(config.tls().isEmpty());
        assertEquals(List.of(443, 80), config.ports());
        assertEquals(3, config.redirects());
        assertEquals(Duration.ofSeconds(5), config.timeout());
        assertEquals(16, config.atOnce());
        assertEquals(64L << 20, config.cache().asLongValue());
        assertEquals(Duration.ofSeconds(60), config.fresh());
        refuses(config, "http://example.org/cat.png");
        refuses(config, "https://example.org:8443/cat.png");
        assertDoesNotThrow(() -> judge(config, "https://example.org/cat.png"));
        assertDoesNotThrow(() -> judge(config, "HTTPS://EXAMPLE.org:443/cat.png?a=b"));
    }

    @Test
    void mapsEveryKey() {
        RemoteImageConfig config = with(Map.ofEntries(Map.entry("enabled", "true"), Map.entry("domains", "a.org,*.b.org"), Map.entry("http", "true"),
                Map.entry("ports", "1,2"), Map.entry("networks", "10.0.0.0/8"), Map.entry("redirects", "7"), Map.entry("timeout", "8s"),
                Map.entry("at-once", "9"), Map.entry("cache", "10M"), Map.entry("fresh", "11s"), Map.entry("tls", "own")));
        assertTrue(config.enabled());
        assertTrue(config.http());
        assertEquals(List.of("a.org", "*.b.org"), config.domains().orElseThrow());
        assertEquals(List.of(1, 2), config.ports());
        assertEquals(List.of("10.0.0.0/8"), config.networks().orElseThrow());
        assertEquals(7, config.redirects());
        assertEquals(Duration.ofSeconds(8), config.timeout());
        assertEquals(9, config.atOnce());
        assertEquals(10L << 20, config.cache().asLongValue());
        assertEquals(Duration.ofSeconds(11), config.fresh());
        assertEquals("own", config.tls().orElseThrow());
    }

    @Test
    void aListOfDomainsIsKeptTo() {
        RemoteImageConfig config = with(Map.of("domains", "images.example.org, *.b.org"));
        assertDoesNotThrow(() -> judge(config, "https://images.example.org/"));
        assertDoesNotThrow(() -> judge(config, "https://x.b.org/"));
        assertDoesNotThrow(() -> judge(config, "https://x.y.b.org/"));
        for (String other : List.of("example.org", "b.org", "evilb.org", "b.org.evil.net", "images.example.org.evil.net", "1.1.1.1", "x-b.org",
                "evil.images.example.org")) {
            refuses(config, "https://" + other + "/");
        }
    }
}
