package io.tesserae.gateway.doubles;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;

/** Four servers: two eyes, a nerve and a brain. Tests that have a field of this type get it. */
public final class StageDoubles implements QuarkusTestResourceLifecycleManager {

    public final Behaviour behaviour = new Behaviour();
    private final VisionDouble[] eyes = {new VisionDouble(behaviour), new VisionDouble(behaviour)};
    private final Server[] vision = new Server[2];
    private Server projector;
    private Server llm;
    private final int[] visionPorts = new int[2];
    private int llmPort;

    @Override
    public Map<String, String> start() {
        vision[0] = serve(0, eyes[0]);
        vision[1] = serve(0, eyes[1]);
        projector = serve(0, new ProjectorDouble(behaviour));
        llm = serve(0, new LlmDouble(behaviour), new ExplanationDouble());
        visionPorts[0] = vision[0].getPort();
        visionPorts[1] = vision[1].getPort();
        llmPort = llm.getPort();
        return Map.of(
                "tesserae.gateway.vision", address(vision[0]) + "," + address(vision[1]),
                "tesserae.gateway.projector", address(projector),
                "tesserae.gateway.llm", address(llm),
                // Tests count calls: a tile that takes long is not sent twice.
                "tesserae.gateway.hedging", "0");
    }

    private static String address(Server server) {
        return "localhost:" + server.getPort();
    }

    private static Server serve(int port, BindableService... services) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress("localhost", port));
        Arrays.stream(services).forEach(builder::addService);
        try {
            return builder.build().start();
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    /** Tiles that an eye has encoded since it was made. */
    public int tilesOf(int eye) {
        return eyes[eye].tiles.get();
    }

    /** Kills the brain, as a crash would. */
    public void killLlm() {
        kill(llm);
    }

    /** Starts a brain where the last one was. */
    public void startLlm() {
        llm = serve(llmPort, new LlmDouble(behaviour), new ExplanationDouble());
    }

    /** Kills both eyes. */
    public void killEyes() {
        kill(vision[0]);
        kill(vision[1]);
    }

    /** Kills one eye. */
    public void killEye(int eye) {
        kill(vision[eye]);
    }

    /** Starts an eye where the last one was. */
    public void startEye(int eye) {
        vision[eye] = serve(visionPorts[eye], eyes[eye]);
    }

    private static void kill(Server server) {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        for (Server server : new Server[] {vision[0], vision[1], projector, llm}) {
            if (server != null) {
                server.shutdownNow();
            }
        }
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(this, new TestInjector.MatchesType(StageDoubles.class));
    }
}
