package io.tesserae.llm.grpc;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.tesserae.llm.Goldens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.Map;

/** The service with the tests' tiny model, few slots and short patience. */
public final class TinyModelProfile implements QuarkusTestProfile {

    /** One that nobody else uses now: several modules' tests may run at once. */
    static final int PORT = freePort();

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "quarkus.grpc.server.test-port", Integer.toString(PORT),
                "quarkus.http.test-port", "0",
                "tesserae.model", Goldens.path("model").toString(),
                "tesserae.llm.slots", "4",
                "tesserae.llm.queue-capacity", "40",
                "tesserae.llm.context", "400",
                "tesserae.llm.slow-reader-timeout", "2s",
                "tesserae.llm.embeddings-timeout", "3s");
    }
}
