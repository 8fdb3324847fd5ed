package io.tesserae.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every key maps, and its default is the one that is documented. */
class GatewayConfigTest {

    private static GatewayConfig with(Map<String, String> keys) {
        Map<String, String> prefixed = new HashMap<>();
        keys.forEach((key, value) -> prefixed.put("tesserae.gateway." + key, value));
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .withConverter(Duration.class, 200, new DurationConverter())
                .withSources(new PropertiesConfigSource(prefixed, "test", 100))
                .withMapping(GatewayConfig.class)
                .build();
        return config.getConfigMapping(GatewayConfig.class);
    }

    @Test
    void hasADefaultForEveryKey() {
        GatewayConfig config = with(Map.of());
        assertEquals("localhost:9001", config.vision());
        assertEquals("localhost:9002", config.projector());
        assertEquals("localhost:9003", config.llm());
        assertEquals(Duration.ofSeconds(300), config.deadline());
        assertEquals(Duration.ofSeconds(3), config.patience());
        assertEquals(0.1, config.hedging());
        assertEquals(256L << 20, config.handoverMemory().asLongValue());
        assertEquals(0, config.workers());
        assertEquals(16, config.tilesInFlight());
        assertEquals(0, config.openPictures());
        assertEquals(64L << 20, config.embeddingCache().asLongValue());
        assertEquals(0, config.responses().store().asLongValue());
        assertEquals(Duration.ofHours(1), config.responses().keep());
        assertEquals(false, config.explain().enabled());
        assertEquals(64, config.explain().traces());
        assertEquals(4, config.explain().running());
        assertEquals(false, config.logPrompts());
        assertTrue(config.tls().trust().isEmpty() && config.tls().certificate().isEmpty() && config.tls().key().isEmpty());
        assertEquals(Duration.ofSeconds(60), config.limits().bodyTime());
        assertEquals(Duration.ofSeconds(60), config.limits().readTime());
        assertEquals(64, config.requests().running());
        assertEquals(256, config.requests().waiting());
        assertEquals(64L << 20, config.limits().body().asLongValue());
        assertEquals(512L << 20, config.limits().bodies().asLongValue());
        assertEquals(32, config.limits().images());
        assertEquals(32L << 20, config.limits().imageBytes().asLongValue());
        assertEquals(50_000_000, config.limits().imagePixels());
        assertEquals(30_000, config.limits().imageSide());
        assertEquals(1_024, config.limits().messages());
        assertEquals(8, config.limits().choices());
        assertEquals(32, config.limits().jsonDepth());
    }

    @Test
    void mapsEveryKey() {
        GatewayConfig config = with(Map.ofEntries(
                Map.entry("vision", "a:1"), Map.entry("projector", "b:2"), Map.entry("llm", "in-process:x"),
                Map.entry("deadline", "7s"), Map.entry("patience", "8s"), Map.entry("hedging", "0.5"), Map.entry("handover-memory", "6M"), Map.entry("workers", "9"),
                Map.entry("tiles-in-flight", "10"), Map.entry("open-pictures", "11"), Map.entry("embedding-cache", "23M"),
                Map.entry("explain.enabled", "true"), Map.entry("explain.traces", "24"), Map.entry("explain.running", "25"),
                Map.entry("responses.store", "24K"), Map.entry("responses.keep", "25s"), Map.entry("requests.running", "12"), Map.entry("requests.waiting", "13"),
                Map.entry("log-prompts", "true"), Map.entry("tls.trust", "/t"), Map.entry("tls.certificate", "/c"), Map.entry("tls.key", "/k"),
                Map.entry("limits.body-time", "24s"), Map.entry("limits.read-time", "25s"),
                Map.entry("limits.body", "14K"), Map.entry("limits.bodies", "15K"), Map.entry("limits.images", "16"),
                Map.entry("limits.image-bytes", "17"), Map.entry("limits.image-pixels", "18"),
                Map.entry("limits.image-side", "19"), Map.entry("limits.messages", "20"),
                Map.entry("limits.choices", "21"), Map.entry("limits.json-depth", "22")));
        assertEquals("a:1", config.vision());
        assertEquals("b:2", config.projector());
        assertEquals("in-process:x", config.llm());
        assertEquals(Duration.ofSeconds(7), config.deadline());
        assertEquals(Duration.ofSeconds(8), config.patience());
        assertEquals(0.5, config.hedging());
        assertEquals(6L << 20, config.handoverMemory().asLongValue());
        assertEquals(9, config.workers());
        assertEquals(10, config.tilesInFlight());
        assertEquals(11, config.openPictures());
        assertEquals(23L << 20, config.embeddingCache().asLongValue());
        assertEquals(24 << 10, config.responses().store().asLongValue());
        assertEquals(Duration.ofSeconds(25), config.responses().keep());
        assertEquals(true, config.explain().enabled());
        assertEquals(24, config.explain().traces());
        assertEquals(25, config.explain().running());
        assertEquals(true, config.logPrompts());
        assertEquals(Path.of("/t"), config.tls().trust().orElseThrow());
        assertEquals(Path.of("/c"), config.tls().certificate().orElseThrow());
        assertEquals(Path.of("/k"), config.tls().key().orElseThrow());
        assertEquals(Duration.ofSeconds(24), config.limits().bodyTime());
        assertEquals(Duration.ofSeconds(25), config.limits().readTime());
        assertEquals(12, config.requests().running());
        assertEquals(13, config.requests().waiting());
        assertEquals(14 << 10, config.limits().body().asLongValue());
        assertEquals(15 << 10, config.limits().bodies().asLongValue());
        assertEquals(16, config.limits().images());
        assertEquals(17, config.limits().imageBytes().asLongValue());
        assertEquals(18, config.limits().imagePixels());
        assertEquals(19, config.limits().imageSide());
        assertEquals(20, config.limits().messages());
        assertEquals(21, config.limits().choices());
        assertEquals(22, config.limits().jsonDepth());
    }
}
