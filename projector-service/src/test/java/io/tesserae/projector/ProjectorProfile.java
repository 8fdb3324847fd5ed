package io.tesserae.projector;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;

/** The service with one of the test models on free ports. */
public class ProjectorProfile implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return new HashMap<>(Map.of(
                "tesserae.model", GoldenFeatures.model("pixel-shuffle").toString(),
                "tesserae.projector.max-delay", "50ms",
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

    /** A service whose tiles wait a minute for company. */
    public static class Patient extends ProjectorProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> overrides = super.getConfigOverrides();
            overrides.put("tesserae.projector.max-delay", "60s");
            return overrides;
        }
    }
}
