package io.tesserae.endtoend;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Several replicas of each stage, as processes that can be killed and replaced, behind one gateway. Small heaps: it is a crowd. */
final class Fleet implements RunningSystem {

    /** The stages' modules, in the order of the journey. */
    static final List<String> STAGES = List.of("vision-service", "projector-service", "llm-service");

    private static final List<String> SMALL = List.of("-Xmx320m", "-XX:+UseSerialGC");

    private final int httpPort = ServiceProcess.freePort();
    private final int grpcPort = ServiceProcess.freePort();
    private final Map<String, List<Integer>> ports = new LinkedHashMap<>();
    private final Map<String, List<ServiceProcess>> replicas = new LinkedHashMap<>();
    private final ServiceProcess gateway;

    /** @param settings of the gateway, as {@code key=value} */
    Fleet(Path model, int each, String... settings) {
        this(model, each, Map.of(), settings);
    }

    /** @param through by stage, what makes of its replicas' addresses those that the gateway is given, such as those of proxies before them */
    Fleet(Path model, int each, Map<String, UnaryOperator<String>> through, String... settings) {
        for (String stage : STAGES) {
            ports.put(stage, Stream.generate(ServiceProcess::freePort).limit(each).toList());
        }
        for (String stage : STAGES) {
            List<ServiceProcess> ofStage = new ArrayList<>();
            for (int port : ports.get(stage)) {
                List<String> options = new ArrayList<>(SMALL);
                options.add("-Dquarkus.grpc.server.port=" + port);
                options.add("-Dtesserae.model=" + model);
                if (stage.equals("llm-service")) {
                    // Or answers would depend on what else is computed, and nothing could be said about those that went on elsewhere.
                    options.add("-Dtesserae.llm.reproducible=true");
                    options.add("-Dtesserae.llm.threads=1");
                }
                if (stage.equals("vision-service")) {
                    options.add("-Dtesserae.vision.projector=" + address("projector-service"));
                }
                ofStage.add(new ServiceProcess(stage, ServiceProcess.freePort(), options));
            }
            replicas.put(stage, ofStage);
        }
        List<String> options = new ArrayList<>(SMALL);
        options.add("-Dquarkus.grpc.server.port=" + grpcPort);
        options.add("-Dtesserae.gateway.vision=" + seen("vision-service", through));
        options.add("-Dtesserae.gateway.projector=" + seen("projector-service", through));
        options.add("-Dtesserae.gateway.llm=" + seen("llm-service", through));
        for (String setting : settings) {
            options.add("-D" + setting);
        }
        gateway = new ServiceProcess("gateway", httpPort, options);
        processes().forEach(ServiceProcess::start);
        processes().forEach(ServiceProcess::awaitReady);
    }

    private String seen(String stage, Map<String, UnaryOperator<String>> through) {
        return through.getOrDefault(stage, UnaryOperator.identity()).apply(address(stage));
    }

    /** Where a stage's replicas are, as a setting has it. */
    private String address(String stage) {
        return ports.get(stage).stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    List<ServiceProcess> replicas(String stage) {
        return replicas.get(stage);
    }

    ServiceProcess gateway() {
        return gateway;
    }

    @Override
    public URI http() {
        return URI.create("http://127.0.0.1:" + httpPort);
    }

    @Override
    public int grpcPort() {
        return grpcPort;
    }

    @Override
    public List<ServiceProcess> processes() {
        List<ServiceProcess> all = new ArrayList<>();
        replicas.values().forEach(all::addAll);
        all.add(gateway);
        return all;
    }
}
