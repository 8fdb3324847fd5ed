package io.tesserae.allinone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.config.ConfigMappings.ConfigClass;
import io.tesserae.gateway.config.CallerConfig;
import io.tesserae.gateway.config.FileConfig;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.config.ManagementConfig;
import io.tesserae.gateway.config.RemoteImageConfig;
import io.tesserae.gateway.config.SafetyConfig;
import io.tesserae.llm.config.LlmConfig;
import io.tesserae.projector.ProjectorSettings;
import io.tesserae.vision.VisionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of all settings says every key that there is, with its default, and none that there is not. */
class ConfigurationPageTest {

    private static final List<Class<?>> SETTINGS =
            List.of(GatewayConfig.class, CallerConfig.class, FileConfig.class, RemoteImageConfig.class, SafetyConfig.class, ManagementConfig.class,
                    VisionSettings.class, ProjectorSettings.class, LlmConfig.class);
    /** Key, default (behind which may stand what the services all in one have in its place), meaning. */
    private static final Pattern ROW = Pattern.compile("^\\| `(tesserae\\.[^`]+)` \\| (?:`([^`]*)`(?:, [a-z ]+ `[^`]*`)?|–) \\| .{10,} \\|$", Pattern.MULTILINE);

    /** Read by every stage by itself, outside the mapped settings. */
    private static final String MODEL = "tesserae.model";
    private static final String VARIANT = "tesserae.model-variant";

    private static final String NONE = "–";

    @Test
    void everySettingIsOnThePage() throws IOException {
        Map<String, String> settings = new TreeMap<>(Map.of(MODEL, NONE, VARIANT, NONE));
        for (Class<?> mapped : SETTINGS) {
            ConfigClass.configClass(mapped).getProperties().forEach((key, value) -> settings.put(key, value == null ? NONE : value));
            // A list may also be given one element a key.
            settings.keySet().removeIf(key -> key.endsWith("[*]"));
        }
        assertTrue(settings.size() > 50, settings::toString);
        assertEquals(settings, documented(), "docs/configuration.md differs from the settings in the code");
    }

    private static Map<String, String> documented() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("tesserae.root")).resolve("docs/configuration.md"));
        Map<String, String> rows = new TreeMap<>();
        Matcher row = ROW.matcher(page);
        while (row.find()) {
            String value = row.group(2) == null ? NONE : row.group(2);
            for (String stage : List.of("vision", "projector")) {
                for (String who : List.of("keys.*", "oidc", "anonymous")) {
                    rows.put(row.group(1).replace("STAGE", stage).replace("WHO", who).replace(".NAME.", ".*."), value);
                }
            }
        }
        return rows;
    }
}
