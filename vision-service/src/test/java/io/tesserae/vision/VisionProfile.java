package io.tesserae.vision;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The service with the test model on free ports. Nothing answers at the projector's port until a test starts something there. */
public class VisionProfile implements QuarkusTestProfile {

    static final Path MODEL = Path.of("src/test/resources/model").toAbsolutePath();

    @Override
    public Map<String, String> getConfigOverrides() {
        return new HashMap<>(Map.of(
                "tesserae.model", MODEL.toString(),
                "tesserae.vision.projector", "localhost:" + freePort(),
                "tesserae.vision.max-delay", "50ms",
                "tesserae.vision.max-tiles", "12",
                "tesserae.vision.verify-hashes", "true",
                "quarkus.grpc.server.test-port", Integer.toString(freePort()),
                "quarkus.http.test-port", "0"));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    /** A service whose tiles wait a minute for company, so that a test can leave while they do. */
    public static class Patient extends VisionProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> overrides = super.getConfigOverrides();
            overrides.put("tesserae.vision.max-delay", "60s");
            overrides.put("tesserae.vision.max-batch", "8");
            overrides.put("tesserae.vision.queue-size", "9");
            overrides.put("tesserae.vision.feature-type", "float16");
            return overrides;
        }
    }
}
