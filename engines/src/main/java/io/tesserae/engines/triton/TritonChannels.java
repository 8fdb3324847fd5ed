package io.tesserae.engines.triton;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.tesserae.contract.trace.TracedCalls;
import java.util.concurrent.TimeUnit;

/** A channel to one of Triton's addresses: secured and with the metadata that configuration asks for. Nothing is connected before the first call. */
final class TritonChannels {

    /** What Triton itself allows: the largest protobuf message. */
    private static final int MAX_MESSAGE_BYTES = Integer.MAX_VALUE;

    /** 16 MiB was the fastest window for messages of a few megabytes between our own services; the same holds here. */
    private static final int FLOW_CONTROL_WINDOW = 16 << 20;

    private TritonChannels() {
    }

    static ManagedChannel open(String address, TritonOptions options) {
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget(address.startsWith("dns:") ? address : "dns:///" + address, options.security().map(TritonOptions.Security::credentials).orElseGet(InsecureChannelCredentials::create))
                .defaultLoadBalancingPolicy("round_robin")
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .flowControlWindow(FLOW_CONTROL_WINDOW)
                // A server that vanished without a word is noticed in 30 s. Triton allows one ping a minute while nothing is under way, any while something is.
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS)
                // A traced call has a span for its time on Triton, whose own trace hangs below it.
                .intercept(new TracedCalls())
                // What follows an answer is handing it over; another thread for that would cost a tile a turn of the scheduler.
                .directExecutor()
                // Retrying is done here, where it is known which server failed.
                .disableRetry();
        options.security().flatMap(TritonOptions.Security::authority).ifPresent(builder::overrideAuthority);
        if (!options.headers().isEmpty()) {
            Metadata metadata = new Metadata();
            options.headers().forEach((name, value) -> metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
            builder.intercept(MetadataUtils.newAttachHeadersInterceptor(metadata));
        }
        return builder.build();
    }
}
