package io.tesserae.engines.stage;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.tesserae.contract.trace.CallTrace;
import io.tesserae.contract.trace.StageParts;
import io.tesserae.contract.trace.Tracing;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Gives a call that a stage answers its span, as part of the caller's trace, with one below it for each thing that was done. A call that broke is
 * logged with the ids of its trace. Callers that trace nothing cost nothing.
 */
@Singleton
public class TracedStage implements ServerInterceptor {

    private static final Logger LOG = Logger.getLogger(TracedStage.class);

    @Inject
    TracedStage(@ConfigProperty(name = "quarkus.application.name", defaultValue = "tesserae") String service) {
        Tracing.start(service);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Optional<io.opentelemetry.context.Context> parent = CallTrace.parentIn(headers);
        if (parent.isEmpty()) {
            return next.startCall(call, headers);
        }
        Span span = Tracing.tracer().spanBuilder(String.valueOf(call.getMethodDescriptor().getBareMethodName())).setParent(parent.get())
                .setSpanKind(SpanKind.SERVER).setAttribute("rpc.system", "grpc")
                .setAttribute("rpc.service", String.valueOf(call.getMethodDescriptor().getServiceName())).startSpan();
        Traced<Q, R> traced = new Traced<>(call, span, parent.get().with(span));
        ServerCall.Listener<Q> listener = Contexts.interceptCall(
                Context.current().withValue(CallTrace.ANSWERED, parent.get().with(span)), traced, headers, next);
        return new SimpleForwardingServerCallListener<>(listener) {
            @Override
            public void onCancel() {
                CallTrace.end(span, Status.CANCELLED);
                super.onCancel();
            }
        };
    }

    private static final class Traced<Q, R> extends SimpleForwardingServerCall<Q, R> {

        private final Span span;
        private final io.opentelemetry.context.Context trace;

        Traced(ServerCall<Q, R> call, Span span, io.opentelemetry.context.Context trace) {
            super(call);
            this.span = span;
            this.trace = trace;
        }

        @Override
        public void sendMessage(R message) {
            StageParts.record(message, trace);
            super.sendMessage(message);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (status.getCode() == Status.Code.INTERNAL || status.getCode() == Status.Code.UNKNOWN) {
                log(status);
            }
            CallTrace.end(span, status);
            super.close(status, trailers);
        }

        private void log(Status status) {
            MDC.put("traceId", span.getSpanContext().getTraceId());
            MDC.put("spanId", span.getSpanContext().getSpanId());
            try {
                LOG.warnf("%s failed: %s", getMethodDescriptor().getFullMethodName(), status.getCode());
            } finally {
                MDC.remove("traceId");
                MDC.remove("spanId");
            }
        }
    }
}
