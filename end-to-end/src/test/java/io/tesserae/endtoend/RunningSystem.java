package io.tesserae.endtoend;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A system under test: one gateway that answers, whatever stands behind it. */
interface RunningSystem extends AutoCloseable {

    /** Repository root, given by the build. */
    Path ROOT = Path.of(System.getProperty("tesserae.root", Path.of("..").toAbsolutePath().normalize().toString()));

    /** Where the gateway answers HTTP. */
    URI http();

    /** Port of the gateway's gRPC server. */
    int grpcPort();

    /** Processes it consists of. */
    List<ServiceProcess> processes();

    /** Sum of a metric over all its tags and all processes; 0 where nobody has it. */
    default double metric(String name) {
        return processes().stream().mapToDouble(process -> metric(process, name)).sum();
    }

    /** Sum of a metric of one process over all its tags; 0 where it has none. */
    static double metric(ServiceProcess process, String name) {
        return process.metrics().lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    default void close() {
        processes().forEach(ServiceProcess::close);
    }
}
