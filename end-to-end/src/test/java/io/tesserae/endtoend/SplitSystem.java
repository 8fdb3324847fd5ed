package io.tesserae.endtoend;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The four services as four processes that talk over gRPC. */
final class SplitSystem implements RunningSystem {

    private final int httpPort = ServiceProcess.freePort();
    private final int grpcPort = ServiceProcess.freePort();
    private final ServiceProcess vision;
    private final ServiceProcess projector;
    private final ServiceProcess llm;
    private final ServiceProcess gateway;

    SplitSystem(Path model) {
        int visionPort = ServiceProcess.freePort();
        int projectorPort = ServiceProcess.freePort();
        int llmPort = ServiceProcess.freePort();
        vision = stage("vision-service", visionPort, model, "-Dtesserae.vision.projector=localhost:" + projectorPort);
        projector = stage("projector-service", projectorPort, model);
        llm = stage("llm-service", llmPort, model);
        gateway = new ServiceProcess("gateway", httpPort, List.of(
                "-Dquarkus.grpc.server.port=" + grpcPort,
                "-Dtesserae.gateway.vision=localhost:" + visionPort,
                "-Dtesserae.gateway.projector=localhost:" + projectorPort,
                "-Dtesserae.gateway.llm=localhost:" + llmPort));
        processes().forEach(ServiceProcess::start);
        processes().forEach(ServiceProcess::awaitReady);
    }

    private static ServiceProcess stage(String module, int grpcPort, Path model, String... more) {
        List<String> properties = new java.util.ArrayList<>(List.of(
                "-Dquarkus.grpc.server.port=" + grpcPort, "-Dtesserae.model=" + model));
        properties.addAll(List.of(more));
        return new ServiceProcess(module, ServiceProcess.freePort(), properties);
    }

    @Override
    public URI http() {
        return URI.create("http://localhost:" + httpPort);
    }

    @Override
    public int grpcPort() {
        return grpcPort;
    }

    ServiceProcess vision() {
        return vision;
    }

    ServiceProcess projector() {
        return projector;
    }

    ServiceProcess llm() {
        return llm;
    }

    ServiceProcess gateway() {
        return gateway;
    }

    @Override
    public List<ServiceProcess> processes() {
        return List.of(vision, projector, llm, gateway);
    }
}
