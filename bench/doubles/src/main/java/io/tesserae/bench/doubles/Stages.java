package io.tesserae.bench.doubles;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Doubles of all three stages, listening on this machine. */
public final class Stages implements AutoCloseable {

    private final List<Server> eyeServers = new ArrayList<>();
    private final List<EyeDouble> eyes = new ArrayList<>();
    private final Server nerve;
    private final Server brain;

    /**
     * Starts them.
     *
     * @param eyePorts  one for each replica; 0 is any free port
     * @param projects  whether the eye answers with embeddings, as one that knows the nerve does
     */
    public Stages(Shape shape, Latencies latencies, boolean projects, List<Integer> eyePorts, int nervePort, int brainPort) {
        for (int port : eyePorts) {
            EyeDouble eye = new EyeDouble(shape, latencies, projects);
            eyes.add(eye);
            eyeServers.add(serve(port, eye));
        }
        nerve = serve(nervePort, new NerveDouble(shape, latencies));
        brain = serve(brainPort, new BrainDouble(shape, latencies));
    }

    private static Server serve(int port, BindableService service) {
        try {
            return NettyServerBuilder.forAddress(new InetSocketAddress("localhost", port))
                    .addService(service)
                    // Nothing here blocks, so no thread has to be changed.
                    .directExecutor()
                    .maxInboundMessageSize(64 << 20)
                    .permitKeepAliveWithoutCalls(true)
                    .permitKeepAliveTime(5, TimeUnit.SECONDS)
                    .build().start();
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    /** Address of all replicas of the eye, as {@code tesserae.gateway.vision} takes it. */
    public String vision() {
        return eyeServers.stream().map(Stages::address).collect(Collectors.joining(","));
    }

    /** Address of the nerve. */
    public String projector() {
        return address(nerve);
    }

    /** Address of the brain. */
    public String llm() {
        return address(brain);
    }

    private static String address(Server server) {
        return "localhost:" + server.getPort();
    }

    /** Tiles that all replicas of the eye were given. */
    public long tiles() {
        return eyes.stream().mapToLong(EyeDouble::tiles).sum();
    }

    @Override
    public void close() {
        eyeServers.forEach(Server::shutdownNow);
        nerve.shutdownNow();
        brain.shutdownNow();
    }
}
