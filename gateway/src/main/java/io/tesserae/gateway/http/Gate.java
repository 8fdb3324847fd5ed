package io.tesserae.gateway.http;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.caller.AuditLog;
import io.tesserae.gateway.caller.Caller;
import io.tesserae.gateway.caller.Callers;
import io.tesserae.gateway.caller.Visit;
import io.tesserae.gateway.chat.GatewayMetrics;
import io.tesserae.gateway.config.GatewayConfig;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Where everybody comes in who uses the API: says who it is, counts the request, and writes down what became of it. A body is read only
 * of those who may.
 */
@ApplicationScoped
class Gate {

    /** What is not below one of these is the page, health and the like: open to all. */
    private static final List<String> GUARDED = List.of("/v1/", "/tokenize", "/detokenize");
    private static final String VISIT = "tesserae.visit";
    private static final String READ_MILLIS = "tesserae.read-millis";
    private static final long USUAL_READ_MILLIS = 60_000;

    private final Callers callers;
    private final AuditLog audit;
    private final BodyReader bodies;
    private final GatewayMetrics metrics;
    private final long readMillis;

    Gate(Callers callers, AuditLog audit, BodyReader bodies, GatewayMetrics metrics, GatewayConfig config) {
        readMillis = Math.max(1, config.limits().readTime().toMillis());
        this.callers = callers;
        this.audit = audit;
        this.bodies = bodies;
        this.metrics = metrics;
    }

    /** The visit that a request is; one of nobody's where it did not come through here. */
    static Visit visitOf(RoutingContext routing) {
        Visit visit = routing.get(VISIT);
        return visit == null ? Visit.ofNobody("") : visit;
    }

    /** How long a reader may take nothing of a stream that waits for it. */
    static long readMillisOf(RoutingContext routing) {
        return routing.get(READ_MILLIS, USUAL_READ_MILLIS);
    }

    void handle(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        String path = routing.normalizedPath();
        // A browser asks by OPTIONS, without credentials, whether it may ask at all.
        if (GUARDED.stream().noneMatch(path::startsWith) || request.method() == HttpMethod.OPTIONS) {
            routing.next();
            return;
        }
        String from = request.remoteAddress() == null ? "" : String.valueOf(request.remoteAddress().hostAddress());
        Visit visit = new Visit(Reply.requestIdOf(routing), request.method().name() + " " + shown(path), from);
        routing.put(VISIT, visit);
        routing.put(READ_MILLIS, readMillis);
        AtomicReference<String> status = new AtomicReference<>();
        visit.whenOver(() -> {
            visit.leave();
            audit.write(visit, status.get());
        });
        routing.addEndHandler(over -> {
            status.set(over.succeeded() ? Integer.toString(routing.response().getStatusCode()) : "gone");
            visit.closes();
        });
        String key = request.getHeader("x-api-key");
        CompletableFuture<Caller> who = callers.whoIs(request.getHeader("authorization"), key == null ? request.getHeader("api-key") : key);
        if (who.isDone()) {
            known(who, visit, routing);
            return;
        }
        request.pause();
        who.whenComplete((caller, thrown) -> routing.vertx().runOnContext(now -> {
            request.resume();
            known(who, visit, routing);
        }));
    }

    /** Whatever stands in a path, the log shows no more of it than this. */
    private static String shown(String path) {
        return path.length() > 128 ? path.substring(0, 128) + "…" : path;
    }

    private void known(CompletableFuture<Caller> who, Visit visit, RoutingContext routing) {
        try {
            Caller caller = who.join();
            visit.by(caller);
            RequestTimeout.of(routing.request()).ifPresent(visit::within);
            if (routing.request().method() == HttpMethod.POST) {
                enter(caller, visit, routing);
            }
        } catch (RuntimeException thrown) {
            refuse(Failure.from(thrown), visit, routing);
            return;
        }
        routing.next();
    }

    private static void enter(Caller caller, Visit visit, RoutingContext routing) {
        try {
            visit.enter();
        } finally {
            caller.rateHeaders().forEach(routing.response()::putHeader);
        }
    }

    private void refuse(Failure failure, Visit visit, RoutingContext routing) {
        visit.failed(failure);
        metrics.rejected(failure);
        if (failure.reason() == Reason.UNAUTHENTICATED) {
            routing.response().putHeader("www-authenticate", "Bearer");
        }
        bodies.ignore(routing);
        new Reply(routing).error(ApiError.of(failure));
    }
}
