package io.tesserae.contract.trace;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.Optional;

/** How a trace goes with gRPC calls: in headers between processes, in the call's context within one. */
public final class CallTrace {

    /** What a call is made for. Given with the call; else the call that is being answered counts. */
    public static final CallOptions.Key<Context> PARENT = CallOptions.Key.create("tesserae-trace-parent");

    /** The span of the call that is being answered. */
    public static final io.grpc.Context.Key<Context> ANSWERED = io.grpc.Context.key("tesserae-trace");

    private static final TextMapSetter<Metadata> SETTER = (headers, name, value) -> {
        Metadata.Key<String> key = key(name);
        // What was carried on from the caller is one hop old.
        headers.discardAll(key);
        headers.put(key, value);
    };

    private static final TextMapGetter<Metadata> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Metadata headers) {
            return headers.keys();
        }

        @Override
        public String get(Metadata headers, String name) {
            return headers.get(key(name));
        }
    };

    private CallTrace() {
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** The trace that a call belongs to, if any. */
    static Optional<Context> parentOf(CallOptions options) {
        Context parent = options.getOption(PARENT);
        return Optional.ofNullable(parent == null ? ANSWERED.get() : parent).filter(CallTrace::traced);
    }

    /** The trace that headers tell of, if any. */
    public static Optional<Context> parentIn(Metadata headers) {
        return Optional.of(Tracing.propagator().extract(Context.root(), headers, GETTER)).filter(CallTrace::traced);
    }

    static void write(Context trace, Metadata headers) {
        Tracing.propagator().inject(trace, headers, SETTER);
    }

    private static boolean traced(Context context) {
        return Span.fromContext(context).getSpanContext().isValid();
    }

    /** Ends the span of a call that ended so. */
    public static void end(Span span, io.grpc.Status status) {
        span.setAttribute("rpc.grpc.status_code", status.getCode().value());
        if (!status.isOk()) {
            span.setStatus(StatusCode.ERROR, status.getCode().name());
        }
        span.end();
    }
}
