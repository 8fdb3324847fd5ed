package io.tesserae.engines.stage;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.tesserae.engines.Caller;
import java.util.Set;

/** Keeps a call's headers that belong to the whole journey, so that the call to the next stage, or to an engine elsewhere, carries them on. */
public abstract class JourneyHeaders implements ServerInterceptor {

    /** Trace context and the request's name; anything of our own. Credentials stay where they were checked. */
    private static final Set<String> CARRIED = Set.of("traceparent", "tracestate", "baggage", "x-request-id");
    private static final String OWN = "tesserae-";

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return Contexts.interceptCall(Context.current().withValue(Caller.HEADERS, carried(headers)), call, headers, next);
    }

    private static Metadata carried(Metadata headers) {
        Metadata carried = new Metadata();
        for (String name : headers.keys()) {
            boolean binary = name.endsWith(Metadata.BINARY_HEADER_SUFFIX);
            if (!binary && (CARRIED.contains(name) || name.startsWith(OWN))) {
                Metadata.Key<String> key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
                headers.getAll(key).forEach(value -> carried.put(key, value));
            }
        }
        return carried;
    }
}
