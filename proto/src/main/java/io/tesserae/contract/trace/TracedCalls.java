package io.tesserae.contract.trace;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.net.SocketAddress;
import java.util.Optional;

/** Gives each call to a stage a span, with the replica that answered, and has it carry the trace on. Calls outside a trace pass as they are. */
public final class TracedCalls implements ClientInterceptor {

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        ClientCall<Q, R> call = next.newCall(method, options);
        Optional<Context> parent = CallTrace.parentOf(options);
        return parent.isEmpty() ? call : new Traced<>(call, method, parent.get());
    }

    private static final class Traced<Q, R> extends SimpleForwardingClientCall<Q, R> {

        private final Span span;
        private final Context trace;

        Traced(ClientCall<Q, R> call, MethodDescriptor<?, ?> method, Context parent) {
            super(call);
            span = Tracing.tracer().spanBuilder("call " + method.getBareMethodName()).setParent(parent).setSpanKind(SpanKind.CLIENT)
                    .setAttribute("rpc.system", "grpc").setAttribute("rpc.service", String.valueOf(method.getServiceName()))
                    .setAttribute("rpc.method", String.valueOf(method.getBareMethodName())).startSpan();
            trace = parent.with(span);
        }

        @Override
        public void start(Listener<R> listener, Metadata headers) {
            CallTrace.write(trace, headers);
            super.start(new SimpleForwardingClientCallListener<R>(listener) {
                @Override
                public void onClose(Status status, Metadata trailers) {
                    SocketAddress replica = getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
                    if (replica != null) {
                        span.setAttribute("network.peer.address", replica.toString());
                    }
                    CallTrace.end(span, status);
                    super.onClose(status, trailers);
                }
            }, headers);
        }
    }
}
