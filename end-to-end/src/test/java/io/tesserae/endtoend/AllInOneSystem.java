package io.tesserae.endtoend;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The four services in one JVM. */
final class AllInOneSystem implements RunningSystem {

    private final int httpPort = ServiceProcess.freePort();
    private final int grpcPort = ServiceProcess.freePort();
    private final ServiceProcess process;

    AllInOneSystem(Path model) {
        process = new ServiceProcess("all-in-one", httpPort, List.of(
                "-Dquarkus.grpc.server.port=" + grpcPort, "-Dtesserae.model=" + model)).start().awaitReady();
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
