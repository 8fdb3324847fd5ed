package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Errands;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.stage.Models;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Function;

/** {@code GET /v1/models} and {@code GET /v1/models/{id}}. */
@ApplicationScoped
class ModelsRoute {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Models models;
    private final Errands errands;
    private final long started = System.currentTimeMillis() / 1_000;

    ModelsRoute(Models models, Errands errands) {
        this.models = models;
        this.errands = errands;
    }

    void list(RoutingContext routing) {
        answer(routing, model -> {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("object", "list");
            body.putArray("data").add(ModelJson.of(model, started));
            return body;
        });
    }

    void one(RoutingContext routing) {
        String id = routing.pathParam("id");
        answer(routing, model -> {
            if (!model.name().equals(id)) {
                throw Failure.inField(Reason.MODEL_NOT_FOUND, "model", "no model of that name is loaded; loaded: '" + model.name() + "'");
            }
            return ModelJson.of(model, started);
        });
    }

    private void answer(RoutingContext routing, Function<LoadedModel, ObjectNode> body) {
        Reply reply = new Reply(routing);
        Errand errand = errands.begin(reply.requestId(), DEADLINE);
        reply.onGone(errand::abandon);
        models.loaded(errand).whenComplete((model, thrown) -> {
            errand.end();
            try {
                if (thrown != null) {
                    throw Failure.from(thrown);
                }
                reply.json(200, body.apply(model));
            } catch (Failure failure) {
                reply.error(ApiError.of(failure));
            }
        });
    }
}
