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

    @Override
    default void close() {
        processes().forEach(ServiceProcess::close);
    }
}
