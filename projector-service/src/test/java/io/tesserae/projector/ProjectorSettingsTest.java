package io.tesserae.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.engines.onnx.OnnxOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProjectorSettingsTest {

    @Test
    void theSettingsOfAStageStandUnderThisPrefix() {
        ProjectorSettings settings = NervesTest.settings(Map.of(
                "tesserae.projector.threads", "2", "tesserae.projector.max-batch", "16", "tesserae.projector.max-delay", "1ms"));
        assertEquals(OnnxOptions.defaults().withThreads(2), settings.onnxOptions());
        assertEquals(16, settings.batching("project", 64).maxBatch());
        assertEquals(Duration.ofMillis(1), settings.batching("project", 64).maxDelay());
        assertEquals("onnx", settings.engine());
        assertEquals(Optional.empty(), settings.nerve());
        assertEquals(Optional.of("linear"), NervesTest.settings(Map.of("tesserae.projector.nerve", "linear")).nerve());
    }
}
