package io.tesserae.endtoend;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The four services as four processes that talk over gRPC. */
final class SplitSystem implements RunningSystem {

    private final int httpPort = ServiceProcess.freePort();
    private final int grpcPort = ServiceProcess.freePort();
    private final ServiceProcess vision;
    private final ServiceProcess projector;
    private final ServiceProcess llm;
    private final ServiceProcess gateway;

    SplitSystem(Path model) {
        this(model, List.of());
    }

    /** {@code more}: further system properties of every process. */
    SplitSystem(Path model, List<String> more) {
        int visionPort = ServiceProcess.freePort();
        int projectorPort = ServiceProcess.freePort();
        int llmPort = ServiceProcess.freePort();
        vision = stage("vision-service", visionPort, model, with(more, "-Dtesserae.vision.projector=localhost:" + projectorPort));
        projector = stage("projector-service", projectorPort, model, more);
        llm = stage("llm-service", llmPort, model, more);
        gateway = new ServiceProcess("gateway", httpPort, with(more,
                "-Dquarkus.grpc.server.port=" + grpcPort,
                "-Dtesserae.gateway.vision=localhost:" + visionPort,
                "-Dtesserae.gateway.projector=localhost:" + projectorPort,
                "-Dtesserae.gateway.llm=localhost:" + llmPort));
        processes().forEach(ServiceProcess::start);
        processes().forEach(ServiceProcess::awaitReady);
    }

    private static ServiceProcess stage(String module, int grpcPort, Path model, List<String> more) {
        return new ServiceProcess(module, ServiceProcess.freePort(),
                with(more, "-Dquarkus.grpc.server.port=" + grpcPort, "-Dtesserae.model=" + model));
    }

    private static List<String> with(List<String> more, String... own) {
        return Stream.concat(Stream.of(own), more.stream()).toList();
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
