package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Errands;
import io.tesserae.gateway.stage.Models;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** {@code GET /version} and {@code GET /health}, where load balancers and scripts of other servers look for them. */
@ApplicationScoped
class ServerRoute {

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final Models models;
    private final Errands errands;
    private final String version;

    ServerRoute(Models models, Errands errands, @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown") String version) {
        this.models = models;
        this.errands = errands;
        this.version = version;
    }

    void version(RoutingContext routing) {
        new Reply(routing).json(200, JsonNodeFactory.instance.objectNode().put("version", version));
    }

    /** Whether a question about words would be answered now; readiness, which wants every stage, is {@code /q/health/ready}. */
    void health(RoutingContext routing) {
        Reply reply = new Reply(routing);
        Errand errand = errands.begin(reply.requestId(), DEADLINE);
        reply.onGone(errand::abandon);
        models.loaded(errand).whenComplete((model, thrown) -> {
            errand.end();
            if (thrown == null) {
                reply.json(200, JsonNodeFactory.instance.objectNode().put("status", "ok"));
            } else {
                reply.error(ApiError.of(Failure.from(thrown)));
            }
        });
    }
}
