package io.tesserae.llm.grpc;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.tesserae.llm.Goldens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.Map;

/** The service with the tests' tiny model and its brain on a vLLM that is not there yet. */
public final class VllmProfile implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "quarkus.grpc.server.test-port", Integer.toString(freePort()),
                "quarkus.http.test-port", "0",
                "tesserae.model", Goldens.path("model").toString(),
                "tesserae.llm.engine", "vllm",
                "tesserae.llm.remote.addresses", "http://127.0.0.1:" + freePort(),
                "tesserae.llm.remote.probe", "50ms",
                "tesserae.llm.context", "400");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }
}
