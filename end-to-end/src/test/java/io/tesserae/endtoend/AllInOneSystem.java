package io.tesserae.endtoend;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The four services in one JVM. */
final class AllInOneSystem implements RunningSystem {

    private final int httpPort = ServiceProcess.freePort();
    private final int grpcPort = ServiceProcess.freePort();
    private final ServiceProcess process;

    AllInOneSystem(Path model) {
        this(model, List.of());
    }

    /** {@code more}: further system properties. */
    AllInOneSystem(Path model, List<String> more) {
        List<String> properties = new ArrayList<>(List.of("-Dquarkus.grpc.server.port=" + grpcPort, "-Dtesserae.model=" + model));
        properties.addAll(more);
        process = new ServiceProcess("all-in-one", httpPort, properties).start().awaitReady();
    }

    @Override
    public URI http() {
        return URI.create("http://localhost:" + httpPort);
    }

    @Override
    public int grpcPort() {
        return grpcPort;
    }

    @Override
    public List<ServiceProcess> processes() {
        return List.of(process);
    }
}
