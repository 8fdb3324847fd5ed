package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Errands;
import io.tesserae.gateway.explain.ExplainTimes;
import io.tesserae.gateway.stage.ExplanationStage;
import io.tesserae.gateway.trace.Trace;
import io.tesserae.gateway.trace.Traces;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/** {@code GET /v1/explain/…}: what was recorded of requests that have ended, and of the model's training. */
@ApplicationScoped
class ExplainRecordsRoute {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Traces traces;
    private final ExplanationStage brain;
    private final Errands errands;

    ExplainRecordsRoute(Traces traces, ExplanationStage brain, Errands errands) {
        this.traces = traces;
        this.brain = brain;
        this.errands = errands;
    }

    void trace(RoutingContext routing) {
        Reply reply = new Reply(routing);
        Optional<Trace> trace = traces.of(routing.pathParam("id"));
        trace.ifPresentOrElse(found -> reply.json(200, ExplainTimes.of(found)), () -> reply.error(ApiError.notFound(routing.normalizedPath())));
    }

    void list(RoutingContext routing) {
        new Reply(routing).json(200, ExplainTimes.list(traces.latest()));
    }

    void stages(RoutingContext routing) {
        new Reply(routing).json(200, ExplainTimes.stages(traces.latest()));
    }

    void training(RoutingContext routing) {
        Reply reply = new Reply(routing);
        Errand errand = errands.begin(reply.requestId(), DEADLINE);
        reply.onGone(errand::abandon);
        brain.training("", errand).whenComplete((record, thrown) -> {
            errand.end();
            if (thrown != null) {
                reply.error(ApiError.of(Failure.from(thrown)));
                return;
            }
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            node.set("losses", parsed(record.losses()));
            node.set("stages", parsed(record.stages()));
            reply.json(200, node);
        });
    }

    /** Null where nothing is kept, or nothing that is JSON. */
    private static JsonNode parsed(String text) {
        try {
            return text.isBlank() ? JsonNodeFactory.instance.nullNode() : JSON.readTree(text);
        } catch (JsonProcessingException malformed) {
            return JsonNodeFactory.instance.nullNode();
        }
    }
}
