package io.tesserae.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tesserae.engines.onnx.OnnxOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VisionSettingsTest {

    private static VisionSettings settings(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(properties, "test", 1))
                .withMapping(VisionSettings.class)
                .build()
                .getConfigMapping(VisionSettings.class);
    }

    @Test
    void everyKeyHasADefault() {
        VisionSettings settings = settings(Map.of());
        assertEquals("onnx", settings.engine());
        assertEquals(8, settings.batching("x").maxBatch());
        assertEquals(Duration.ofMillis(5), settings.maxDelay());
        assertEquals(256, settings.queueSize());
        assertEquals(64, settings.maxTiles());
        assertEquals(Duration.ofSeconds(20), settings.drain());
        assertEquals(OnnxOptions.defaults(), settings.onnxOptions());
        assertEquals(Optional.empty(), settings.projector());
        assertEquals(Duration.ofSeconds(30), settings.projectorTimeout());
        assertEquals(Duration.ofSeconds(1), settings.projectorPatience());
        assertEquals(0.1, settings.projectorHedging());
        assertEquals(VisionSettings.FeatureType.FLOAT32, settings.featureType());
        assertFalse(settings.verifyHashes());
    }

    @Test
    void everyKeyMaps() {
        VisionSettings settings = settings(Map.ofEntries(
                Map.entry("tesserae.vision.engine", "triton"),
                Map.entry("tesserae.vision.provider", "cuda"),
                Map.entry("tesserae.vision.device", "1"),
                Map.entry("tesserae.vision.threads", "3"),
                Map.entry("tesserae.vision.spinning", "true"),
                Map.entry("tesserae.vision.optimisation", "basic"),
                Map.entry("tesserae.vision.onnx.\"session.use_env_allocators\"", "1"),
                Map.entry("tesserae.vision.max-batch", "4"),
                Map.entry("tesserae.vision.max-delay", "2s"),
                Map.entry("tesserae.vision.queue-size", "10"),
                Map.entry("tesserae.vision.runs", "2"),
                Map.entry("tesserae.vision.max-tiles", "5"),
                Map.entry("tesserae.vision.drain", "1s"),
                Map.entry("tesserae.vision.projector", "localhost:9002"),
                Map.entry("tesserae.vision.projector-timeout", "7s"),
                Map.entry("tesserae.vision.projector-patience", "8s"),
                Map.entry("tesserae.vision.projector-hedging", "0"),
                Map.entry("tesserae.vision.feature-type", "float16"),
                Map.entry("tesserae.vision.verify-hashes", "true")));
        assertEquals("triton", settings.engine());
        assertEquals(new OnnxOptions(OnnxOptions.Provider.CUDA, 1, 3, true, OnnxOptions.Level.BASIC, true,
                Map.of("session.use_env_allocators", "1")), settings.onnxOptions());
        assertEquals(4, settings.maxBatch());
        assertEquals(Duration.ofSeconds(2), settings.maxDelay());
        assertEquals(10, settings.queueSize());
        assertEquals(2, settings.runs());
        assertEquals(5, settings.maxTiles());
        assertEquals(Duration.ofSeconds(1), settings.drain());
        assertEquals(Optional.of("localhost:9002"), settings.projector());
        assertEquals(Duration.ofSeconds(7), settings.projectorTimeout());
        assertEquals(Duration.ofSeconds(8), settings.projectorPatience());
        assertEquals(0, settings.projectorHedging());
        assertEquals(VisionSettings.FeatureType.FLOAT16, settings.featureType());
        assertTrue(settings.verifyHashes());
    }

    @Test
    void aWrongValueIsRefused() {
        assertThrows(ConfigValidationException.class, () -> settings(Map.of("tesserae.vision.feature-type", "float8")));
    }
}
