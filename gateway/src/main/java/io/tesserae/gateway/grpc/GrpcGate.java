package io.tesserae.gateway.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GlobalInterceptor;
import io.tesserae.chat.v1.ChatGrpc;
import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.caller.AuditLog;
import io.tesserae.gateway.caller.Caller;
import io.tesserae.gateway.caller.Callers;
import io.tesserae.gateway.caller.Visit;
import io.tesserae.gateway.chat.GatewayMetrics;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** What {@code Gate} is to HTTP: says who calls the public API, counts the call, and writes down what became of it. */
@GlobalInterceptor
@ApplicationScoped
class GrpcGate implements ServerInterceptor {

    /** The call's visit, for the service. */
    static final Context.Key<Visit> VISIT = Context.key("tesserae.visit");

    private static final Metadata.Key<String> AUTHORIZATION = ascii("authorization");
    private static final Metadata.Key<String> KEY = ascii("x-api-key");

    private final Callers callers;
    private final AuditLog audit;
    private final GatewayMetrics metrics;

    GrpcGate(Callers callers, AuditLog audit, GatewayMetrics metrics) {
        this.callers = callers;
        this.audit = audit;
        this.metrics = metrics;
    }

    private static Metadata.Key<String> ascii(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!ChatGrpc.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName())) {
            return next.startCall(call, headers);
        }
        String from = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress address && address.getAddress() != null
                ? address.getAddress().getHostAddress() : "";
        Visit visit = new Visit("req-" + UUID.randomUUID(), "gRPC " + call.getMethodDescriptor().getFullMethodName(), from);
        Watched<Q, A> watched = new Watched<>(call, visit, audit);
        CompletableFuture<Caller> who = callers.whoIs(headers.get(AUTHORIZATION), headers.get(KEY));
        Context context = Context.current().withValue(VISIT, visit);
        if (who.isDone()) {
            return watched.telling(begun(who, visit, watched, context, headers, next));
        }
        LateListener<Q> late = new LateListener<>();
        who.whenComplete((caller, thrown) -> context.run(() -> late.becomes(begun(who, visit, watched, context, headers, next))));
        return watched.telling(late);
    }

    private <Q, A> ServerCall.Listener<Q> begun(CompletableFuture<Caller> who, Visit visit, Watched<Q, A> call, Context context,
            Metadata headers, ServerCallHandler<Q, A> next) {
        try {
            visit.by(who.join());
            if (!call.getMethodDescriptor().getBareMethodName().startsWith("List")) {
                visit.enter();
            }
        } catch (RuntimeException thrown) {
            Failure failure = Failure.from(thrown);
            visit.failed(failure);
            metrics.rejected(failure);
            StatusRuntimeException status = failure.toStatus();
            call.close(status.getStatus(), status.getTrailers() == null ? new Metadata() : status.getTrailers());
            return new ServerCall.Listener<>() {
            };
        }
        return Contexts.interceptCall(context, call, headers, next);
    }

    /** A call that is counted to its end, however it ends. */
    private static final class Watched<Q, A> extends SimpleForwardingServerCall<Q, A> {

        private final Visit visit;
        private final AuditLog audit;
        private final AtomicBoolean over = new AtomicBoolean();

        Watched(ServerCall<Q, A> call, Visit visit, AuditLog audit) {
            super(call);
            this.visit = visit;
            this.audit = audit;
        }

        @Override
        public void sendHeaders(Metadata headers) {
            tellRates(headers);
            super.sendHeaders(headers);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            tellRates(trailers);
            over(status.getCode());
            super.close(status, trailers);
        }

        private void tellRates(Metadata metadata) {
            visit.caller().ifPresent(caller -> caller.rateHeaders().forEach((name, value) -> metadata.put(ascii(name), value)));
        }

        private void over(Status.Code code) {
            if (over.compareAndSet(false, true)) {
                visit.whenOver(() -> {
                    visit.leave();
                    audit.write(visit, code.name());
                });
                visit.closes();
            }
        }

        /** The listener, which also notices that the other end has gone. */
        ServerCall.Listener<Q> telling(ServerCall.Listener<Q> listener) {
            return new io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener<>(listener) {
                @Override
                public void onCancel() {
                    over(Status.Code.CANCELLED);
                    super.onCancel();
                }
            };
        }
    }
}
