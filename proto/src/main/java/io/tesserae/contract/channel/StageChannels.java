package io.tesserae.contract.channel;

import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.tesserae.contract.trace.TracedCalls;
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
 * Calls spread over all ready replicas in turn. Nothing is connected before the first call; from then on, replicas that come
 * back or that a name newly resolves to are used within seconds.
 */
public final class StageChannels {

    /** Largest message of either direction. A 64-tile picture's features stay below it. */
    public static final int MAX_MESSAGE_BYTES = 256 << 20;

    /** 16 MiB was the fastest window for messages of a few megabytes; 32 MiB was slower. */
    private static final int FLOW_CONTROL_WINDOW = 16 << 20;

    private static final String IN_PROCESS = "in-process:";
    private static final String DNS = "dns:///";

    static {
        // grpc-java's own search for resolvers does not see this one where an application server loads classes apart from it.
        NameResolverRegistry.getDefaultRegistry().register(new ReplicaListResolver.Provider());
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
        String target = address.startsWith(DNS) ? address : ReplicaListResolver.target(address);
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget(target);
        tls.context().ifPresentOrElse(builder::sslContext, builder::usePlaintext);
        ManagedChannel channel = builder
                .defaultLoadBalancingPolicy("round_robin")
                .intercept(new TracedCalls())
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .flowControlWindow(FLOW_CONTROL_WINDOW)
                // A black-holed peer is noticed in 30 s also where no deadline is set.
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS)
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
