package io.tesserae.gateway.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.tesserae.contract.trace.CallTrace;
import jakarta.inject.Singleton;

/** Keeps the trace that a caller's headers tell of, for the request that the call becomes. */
@Singleton
public class CallerTrace implements ServerInterceptor {

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return CallTrace.parentIn(headers)
                .map(parent -> Contexts.interceptCall(Context.current().withValue(CallTrace.ANSWERED, parent), call, headers, next))
                .orElseGet(() -> next.startCall(call, headers));
    }
}
