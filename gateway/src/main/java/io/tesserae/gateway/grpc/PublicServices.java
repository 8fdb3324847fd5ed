package io.tesserae.gateway.grpc;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessSocketAddress;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/**
 * Offers the network no more than the public API. Where the stages live in the same JVM their services are bound to the same
 * server, for in-process calls alone: from outside they could be asked past every limit that the gateway keeps.
 */
@GlobalInterceptor
@ApplicationScoped
class PublicServices implements ServerInterceptor {

    private static final Set<String> PUBLIC = Set.of("tesserae.chat.v1.Chat", "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection");

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        boolean fromWithin = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InProcessSocketAddress;
        if (fromWithin || PUBLIC.contains(call.getMethodDescriptor().getServiceName())) {
            return next.startCall(call, headers);
        }
        call.close(Status.UNIMPLEMENTED.withDescription(call.getMethodDescriptor().getServiceName() + " is not offered here"), new Metadata());
        return new ServerCall.Listener<>() {
        };
    }
}
