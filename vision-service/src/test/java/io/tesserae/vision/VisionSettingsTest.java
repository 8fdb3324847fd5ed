package io.tesserae.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.engines.triton.PemFiles;
import io.tesserae.engines.triton.TritonOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
        assertEquals(8, settings.batching("x", 64).maxBatch());
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
    void tritonsKeysHaveDefaultsButForItsAddresses() {
        VisionSettings settings = settings(Map.of("tesserae.vision.triton.addresses", "a:1"));
        assertEquals(TritonOptions.of("a:1", "own").withTimes(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofMinutes(2), Duration.ofSeconds(1)),
                settings.triton().options("own"));
        assertEquals(Optional.empty(), settings.triton().model());
        assertEquals(16, settings.triton().calls());
        String missing = assertThrows(IllegalArgumentException.class, () -> settings(Map.of()).triton().options("own")).getMessage();
        assertTrue(missing.contains("triton.addresses"), missing);
    }

    @Test
    void tritonsKeysMap() {
        VisionSettings settings = settings(Map.ofEntries(
                Map.entry("tesserae.vision.engine", "triton"),
                Map.entry("tesserae.vision.triton.addresses", "a:1,dns:///b:2"),
                Map.entry("tesserae.vision.triton.model", "eye"),
                Map.entry("tesserae.vision.triton.version", "3"),
                Map.entry("tesserae.vision.triton.timeout", "4s"),
                Map.entry("tesserae.vision.triton.patience", "5s"),
                Map.entry("tesserae.vision.triton.start-up", "6s"),
                Map.entry("tesserae.vision.triton.check-every", "7s"),
                Map.entry("tesserae.vision.triton.failures", "8"),
                Map.entry("tesserae.vision.triton.calls", "9"),
                Map.entry("tesserae.vision.triton.priority", "1"),
                Map.entry("tesserae.vision.triton.headers.\"authorization\"", "Bearer b"),
                Map.entry("tesserae.vision.triton.tls.enabled", "true"),
                Map.entry("tesserae.vision.triton.tls.authorities", "ca.pem"),
                Map.entry("tesserae.vision.triton.tls.certificate", "own.pem"),
                Map.entry("tesserae.vision.triton.tls.key", "own.key"),
                Map.entry("tesserae.vision.triton.tls.authority", "triton.example")));
        assertEquals(new TritonOptions(List.of("a:1", "dns:///b:2"), "own", "3", Duration.ofSeconds(4), Duration.ofSeconds(5), Duration.ofSeconds(6),
                Duration.ofSeconds(7), 8, 1, Optional.of(new PemFiles(Optional.of(Path.of("ca.pem")), Optional.of(Path.of("own.pem")),
                Optional.of(Path.of("own.key")), Optional.of("triton.example"))), Map.of("authorization", "Bearer b")), settings.triton().options("own"));
        assertEquals(Optional.of("eye"), settings.triton().model());
        assertEquals(9, settings.batching("encode", 64).runs());
        assertEquals(Duration.ZERO, settings.batching("encode", 64).maxDelay(), "Triton's own batcher waits");
        assertEquals(2, settings.batching("encode", 2).maxBatch(), "no more rows than the model there takes");
    }

    @Test
    void aWrongValueIsRefused() {
        assertThrows(ConfigValidationException.class, () -> settings(Map.of("tesserae.vision.feature-type", "float8")));
    }
}
