package io.tesserae.contract.channel;

import io.grpc.LoadBalancerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.tesserae.contract.trace.TracedCalls;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Channels to a stage, by address:
 *
 * <ul>
 *   <li>{@code in-process:NAME}: the server of that name in this JVM; messages pass by reference.
 *   <li>{@code dns:///HOST:PORT}: every address that the name resolves to (a headless Kubernetes service, a Compose service).
 *   <li>{@code HOST:PORT,HOST:PORT,…}: a fixed list of replicas.
 * </ul>
 *
 * Each call goes to the ready replica that has the fewest of this caller's ({@link Route} says otherwise where it should). Nothing is
 * connected before the first call; from then on, replicas that come back or that a name newly resolves to are used within seconds, and
 * those that say they are not ready are left at once.
 */
public final class StageChannels {

    /** Largest message of either direction. A 64-tile picture's features stay below it. */
    public static final int MAX_MESSAGE_BYTES = 256 << 20;

    /** 16 MiB was the fastest window for messages of a few megabytes; 32 MiB was slower. */
    private static final int FLOW_CONTROL_WINDOW = 16 << 20;

    private static final int KEEP_ALIVE_SECONDS = 10;
    /** A replica that takes longer to be connected to is away. */
    private static final int CONNECT_MILLIS = 3_000;

    /** Every service says on {@code grpc.health.v1}, under no name, whether it is ready. */
    private static final Map<String, Object> WATCH_HEALTH = Map.of("healthCheckConfig", Map.of("serviceName", ""));

    private static final String IN_PROCESS = "in-process:";
    private static final String DNS = "dns:///";

    static {
        // grpc-java's own search does not see these where an application server loads classes apart from it.
        NameResolverRegistry.getDefaultRegistry().register(new ReplicaResolver.OfLists());
        NameResolverRegistry.getDefaultRegistry().register(new ReplicaResolver.OfNames());
        LoadBalancerRegistry.getDefaultRegistry().register(new LeastLoaded.Provider());
    }

    private StageChannels() {
    }

    /** A channel in plain text to that address. Throws {@link IllegalArgumentException} that says what an address looks like. */
    public static ManagedChannel open(String address) {
        return open(address, StageTls.NONE);
    }

    /** A channel to that address, secured so where it leads to another process. */
    public static ManagedChannel open(String address, StageTls tls) {
        if (address.startsWith(IN_PROCESS)) {
            return InProcessChannelBuilder.forName(address.substring(IN_PROCESS.length()))
                    .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                    .intercept(new TracedCalls())
                    .build();
        }
        String target = address.startsWith(DNS)
                ? ReplicaResolver.nameTarget(address.substring(DNS.length()), address)
                : ReplicaResolver.listTarget(address);
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget(target);
        tls.context().ifPresentOrElse(builder::sslContext, builder::usePlaintext);
        ManagedChannel channel = builder
                .defaultLoadBalancingPolicy(LeastLoaded.POLICY)
                .defaultServiceConfig(WATCH_HEALTH)
                .intercept(new TracedCalls())
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .flowControlWindow(FLOW_CONTROL_WINDOW)
                // A black-holed peer is noticed in 15 s, and what it was at goes on elsewhere. Stages permit asking that often.
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .build();
        return Reconnection.watching(channel);
    }

    /** Whether that address is of another process. */
    public static boolean isRemote(String address) {
        return !address.startsWith(IN_PROCESS);
    }

    static IllegalArgumentException noAddress(String address) {
        return new IllegalArgumentException(
                "stage address '" + address + "' is none of in-process:NAME, dns:///HOST:PORT or HOST:PORT[,HOST:PORT…]");
    }
}
