package io.tesserae.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tesserae.contract.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders that cannot be served are refused when the service starts, with words for its operator. */
class EyeTest {

    @TempDir
    Path folder;

    private void copyModel() throws IOException {
        try (Stream<Path> files = Files.walk(VisionProfile.MODEL)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = folder.resolve(VisionProfile.MODEL.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    private void replace(String file, String text, String by) throws IOException {
        String before = Files.readString(folder.resolve(file));
        assertTrue(before.contains(text), file + " has no " + text);
        Files.writeString(folder.resolve(file), before.replace(text, by));
    }

    private Eye open(String key, String value) {
        VisionSettings settings = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(Map.of(key, value), "test", 1))
                .withMapping(VisionSettings.class)
                .build()
                .getConfigMapping(VisionSettings.class);
        return Eye.open(ModelFolder.open(folder), settings, new SimpleMeterRegistry());
    }

    private void assertRefused(String key, String value, String named) {
        RuntimeException refused = assertThrows(RuntimeException.class, () -> open(key, value).close());
        assertTrue(refused.getMessage().contains(named), refused.getMessage());
    }

    @Test
    void aGoodFolderOpens() throws IOException {
        copyModel();
        try (Eye eye = open("tesserae.vision.max-batch", "3")) {
            assertEquals("test-eye", eye.card().getModel());
            assertEquals(3, eye.card().getMaxBatch());
            assertEquals(false, eye.card().getCanProject());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "\"pixel_values\"     | \"pixels\"             | pixels",
            "\"image_classes\"    | \"image_levels\"       | image_levels",
            "\"tile_width\": 32   | \"tile_width\": 48     | 48",
            "vision/model.onnx    | vision/none.onnx       | vision/none.onnx",
            "\"vision\":          | \"no_vision\":         | no eye",
            "vision/model.onnx    | ../model.onnx          | outside"})
    void aManifestThatDoesNotMatchIsNamed(String text, String by, String named) throws IOException {
        copyModel();
        replace("tesserae.json", text, by);
        assertRefused("tesserae.vision.engine", "onnx", named);
    }

    @Test
    void aPreprocessorConfigThatLacksSomethingIsNamed() throws IOException {
        copyModel();
        replace("preprocessor_config.json", "image_mean", "image_median");
        assertRefused("tesserae.vision.engine", "onnx", "image_mean");
        Files.delete(folder.resolve("preprocessor_config.json"));
        assertRefused("tesserae.vision.engine", "onnx", "preprocessor_config.json");
    }

    @Test
    void anEngineThatIsNotThereIsNamed() throws IOException {
        copyModel();
        assertRefused("tesserae.vision.engine", "abacus", "abacus");
        assertRefused("tesserae.vision.provider", "cuda", "onnxruntime_gpu");
    }
}
