package io.tesserae.allinone;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessServerBuilder;
import io.quarkus.arc.ClientProxy;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.quarkus.runtime.Startup;
import io.tesserae.contract.channel.StageChannels;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/**
 * Offers the stages to this JVM as {@code in-process:tesserae}. Quarkus' own in-process server would stand in place of the
 * server on the network, which the public API needs.
 */
@Startup
@Singleton
class InProcessStages {

    private static final String NAME = "tesserae";

    private final Instance<BindableService> services;
    private final Instance<ServerInterceptor> interceptors;
    private Server server;

    InProcessStages(@Any Instance<BindableService> services, @Any Instance<ServerInterceptor> interceptors) {
        this.services = services;
        this.interceptors = interceptors;
    }

    @PostConstruct
    void start() {
        InProcessServerBuilder builder = InProcessServerBuilder.forName(NAME).maxInboundMessageSize(StageChannels.MAX_MESSAGE_BYTES);
        services.handlesStream().filter(handle -> handle.getBean().getQualifiers().stream().anyMatch(GrpcService.class::isInstance))
                .forEach(handle -> builder.addService(intercepted(handle.get())));
        try {
            server = builder.build().start();
        } catch (IOException taken) {
            throw new UncheckedIOException("the name " + NAME + " is taken in this JVM", taken);
        }
    }

    /** With the interceptors that the service asks for, as it has them on the network. */
    private ServerServiceDefinition intercepted(BindableService service) {
        Class<?> type = ClientProxy.unwrap(service).getClass();
        List<ServerInterceptor> asked = Arrays.stream(type.getAnnotationsByType(RegisterInterceptor.class))
                .map(annotation -> (ServerInterceptor) interceptors.select(annotation.value()).get())
                .toList();
        return ServerInterceptors.intercept(service, asked);
    }

    @PreDestroy
    void stop() {
        server.shutdownNow();
    }
}
