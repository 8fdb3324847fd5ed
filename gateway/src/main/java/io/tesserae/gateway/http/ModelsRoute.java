package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Errands;
import io.tesserae.gateway.stage.BrainCard;
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
            body.putArray("data").add(json(model));
            return body;
        });
    }

    void one(RoutingContext routing) {
        String id = routing.pathParam("id");
        answer(routing, model -> {
            if (!model.name().equals(id)) {
                throw Failure.inField(Reason.MODEL_NOT_FOUND, "model", "no model of that name is loaded; loaded: '" + model.name() + "'");
            }
            return json(model);
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

    private ObjectNode json(LoadedModel model) {
        BrainCard brain = model.brain();
        ObjectNode node = JsonNodeFactory.instance.objectNode()
                .put("id", brain.model())
                .put("object", "model")
                .put("created", started)
                .put("owned_by", "tesserae")
                .put("family", brain.family())
                .put("revision", brain.revision())
                .put("context", brain.context());
        model.nerve().ifPresent(nerve -> {
            node.put("tokens_per_tile", nerve.tokensPerTile());
            node.putObject("projector")
                    .put("kind", nerve.kind()).put("engine", nerve.engine()).put("precision", nerve.precision());
        });
        model.eye().ifPresent(eye -> node.putObject("eye")
                .put("tile_width", eye.tileWidth()).put("tile_height", eye.tileHeight())
                .put("engine", eye.engine()).put("precision", eye.precision()));
        node.putObject("brain").put("engine", brain.engine()).put("precision", brain.precision());
        return node;
    }
}
