package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.chat.Rehearsal;
import io.tesserae.gateway.chat.Rehearsed;
import io.tesserae.gateway.chat.RequestThreads;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Errands;
import io.tesserae.gateway.explain.ExplainPlan;
import io.tesserae.gateway.explain.ExplainReading;
import io.tesserae.gateway.explain.ExplainTiles;
import io.tesserae.gateway.explain.TilePicture;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code POST /v1/explain/…}: the body is that of a chat completion, and what is wanted of it stands in the query. A bounded number is computed at once. */
@ApplicationScoped
class ExplainRoute {

    private static final int MOST_WORDS = 20;

    private final BodyReader bodies;
    private final ChatRequestReader reader;
    private final RequestThreads threads;
    private final Errands errands;
    private final Rehearsal rehearsal;
    private final ExplainTiles tiles;
    private final ExplainReading reading;
    private final AtomicInteger running = new AtomicInteger();
    private final int most;
    private final Duration deadline;

    ExplainRoute(GatewayConfig config, BodyReader bodies, ChatRequestReader reader, RequestThreads threads, Errands errands, Rehearsal rehearsal,
            ExplainTiles tiles, ExplainReading reading) {
        this.bodies = bodies;
        this.reader = reader;
        this.threads = threads;
        this.errands = errands;
        this.rehearsal = rehearsal;
        this.tiles = tiles;
        this.reading = reading;
        most = Math.max(1, config.explain().running());
        deadline = config.deadline();
    }

    /** Computes one explanation of a question that has come as far as its prompt. */
    @FunctionalInterface
    interface Explaining {

        CompletableFuture<?> of(Rehearsed rehearsed, Query query, Errand errand);
    }

    void plan(RoutingContext routing) {
        answer(routing, (rehearsed, query, errand) -> CompletableFuture.completedFuture(ExplainPlan.of(rehearsed)));
    }

    void tile(RoutingContext routing) {
        answer(routing, (rehearsed, query, errand) ->
                rehearsal.tile(rehearsed, query.number("picture", 0), query.number("tile", 0), errand).thenApplyAsync(TilePicture::png, threads));
    }

    void patches(RoutingContext routing) {
        answer(routing, (rehearsed, query, errand) -> rehearsal.tile(rehearsed, query.number("picture", 0), query.number("tile", 0), errand)
                .thenCompose(tile -> tiles.patches(rehearsed, tile, query.number("patch", -1), errand)));
    }

    void projection(RoutingContext routing) {
        answer(routing, (rehearsed, query, errand) -> {
            int words = query.number("words", 0);
            if (words > MOST_WORDS) {
                throw Failure.inField(Reason.INVALID_FIELD, "words", "'words' must be from 0 to " + MOST_WORDS);
            }
            return rehearsal.tile(rehearsed, query.number("picture", 0), query.number("tile", 0), errand)
                    .thenCompose(tile -> tiles.projection(rehearsed, tile, query.text("nerve"), words, errand));
        });
    }

    void prompt(RoutingContext routing) {
        answer(routing, (rehearsed, query, errand) -> reading.prompt(rehearsed, errand));
    }

    void attention(RoutingContext routing) {
        answer(routing, (rehearsed, query, errand) -> reading.attention(rehearsed, query.numbers("token_ids"),
                query.numbers("layers").stream().map(Long::intValue).toList(), errand));
    }

    private void answer(RoutingContext routing, Explaining explaining) {
        Reply reply = new Reply(routing);
        if (!MediaTypes.isJson(routing.request().getHeader("content-type"))) {
            reply.error(ApiError.unsupportedMediaType());
            return;
        }
        Query query = new Query(routing.queryParams());
        bodies.read(routing, body -> begin(body, query, reply, explaining), failure -> reply.error(ApiError.of(failure)));
    }

    private void begin(byte[] body, Query query, Reply reply, Explaining explaining) {
        if (running.incrementAndGet() > most) {
            running.decrementAndGet();
            reply.error(ApiError.of(Failure.overload(Reason.QUEUE_FULL, 1, "too many explanations are being computed; try again")));
            return;
        }
        Errand errand = errands.begin(reply.requestId(), deadline);
        errand.onEnd(running::decrementAndGet);
        reply.onGone(errand::abandon);
        CompletableFuture<?> explained;
        try {
            explained = CompletableFuture.supplyAsync(() -> reader.read(body).question(), threads)
                    .thenCompose(question -> rehearsal.upToThePrompt(question, errand))
                    .thenCompose(rehearsed -> explaining.of(rehearsed, query, errand));
        } catch (Failure full) {
            explained = CompletableFuture.failedFuture(full);
        }
        explained.whenComplete((answer, thrown) -> {
            errand.end();
            if (thrown != null) {
                reply.error(ApiError.of(errand.failure().orElseGet(() -> Failure.from(thrown))));
            } else if (answer instanceof byte[] png) {
                reply.png(png);
            } else {
                reply.json(200, (ObjectNode) answer);
            }
        });
    }

    /** What there is to ask. */
    void index(RoutingContext routing) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("enabled", true);
        var list = node.putArray("explanations");
        for (String one : new String[] {"plan", "tile", "patches", "projection", "prompt", "attention", "training", "traces", "stages"}) {
            list.add(one);
        }
        new Reply(routing).json(200, node);
    }
}
