package io.tesserae.vision;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/** Keeps a call's headers that belong to the whole journey, so that the call to the next stage carries them on. */
@ApplicationScoped
public class CallerHeaders implements ServerInterceptor {

    /** Trace context and the request's name; anything of our own. Credentials stay where they were checked. */
    private static final Set<String> CARRIED = Set.of("traceparent", "tracestate", "baggage", "x-request-id");
    private static final String OWN = "tesserae-";

    private static final Context.Key<Metadata> HEADERS = Context.key("tesserae-caller-headers");

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return Contexts.interceptCall(Context.current().withValue(HEADERS, carried(headers)), call, headers, next);
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

    /** What the call that this thread works for carries on; nothing outside a call. */
    static Metadata current() {
        Metadata headers = HEADERS.get();
        return headers == null ? new Metadata() : headers;
    }
}
