package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.tesserae.gateway.caller.Caller;
import io.tesserae.gateway.caller.Callers;
import io.tesserae.gateway.config.ManagementConfig;
import io.tesserae.gateway.files.FileShelf;
import io.tesserae.gateway.remote.RemoteImages;
import io.tesserae.gateway.sight.EmbeddingCache;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/** What operators alone may see and do, on a port of its own. It asks for no key: who reaches the port may. */
@ApplicationScoped
class Management {

    private static final Logger LOG = Logger.getLogger(Management.class);

    private final ManagementConfig config;
    private final Vertx vertx;
    private final PrometheusMeterRegistry metrics;
    private final Callers callers;
    private final RemoteImages remote;
    private final EmbeddingCache embeddings;
    private final FileShelf files;
    private HttpServer server;

    Management(ManagementConfig config, Vertx vertx, PrometheusMeterRegistry metrics, Callers callers, RemoteImages remote,
            EmbeddingCache embeddings, FileShelf files) {
        this.config = config;
        this.vertx = vertx;
        this.metrics = metrics;
        this.callers = callers;
        this.remote = remote;
        this.embeddings = embeddings;
        this.files = files;
    }

    /** Whether operators have a port of their own, so that the public one shows them nothing. */
    boolean isApart() {
        return config.port().isPresent();
    }

    /** The port's number; 0 where there is none. */
    int port() {
        return server == null ? 0 : server.actualPort();
    }

    void start(@Observes StartupEvent start) {
        if (!isApart()) {
            return;
        }
        Router router = Router.router(vertx);
        router.get("/q/metrics").handler(routing -> routing.response()
                .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8").end(metrics.scrape()));
        router.get("/q/health/live").handler(routing -> routing.response().end("up"));
        router.get("/admin/callers").handler(this::callers);
        router.get("/admin/caches").handler(this::caches);
        router.delete("/admin/caches").handler(routing -> {
            remote.clear();
            embeddings.clear();
            caches(routing);
        });
        HttpServerOptions options = new HttpServerOptions().setHost(config.host()).setPort(config.port().getAsInt());
        server = vertx.createHttpServer(options).requestHandler(router).listen().toCompletionStage().toCompletableFuture().join();
        LOG.infof("metrics and admin endpoints at %s:%d", config.host(), (Integer) server.actualPort());
    }

    private void callers(RoutingContext routing) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (Caller caller : callers.all()) {
            ObjectNode one = all.addObject().put("name", caller.name()).put("priority", caller.priority()).put("under_way", caller.atOnce())
                    .put("requests", caller.requestsAsked()).put("tokens", caller.tokensSpent());
            caller.rateHeaders().forEach((header, value) -> one.put(header.substring("x-ratelimit-".length()).replace('-', '_'), value));
        }
        routing.response().putHeader("content-type", "application/json")
                .end(JsonNodeFactory.instance.objectNode().set("callers", all).toString());
    }

    private void caches(RoutingContext routing) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("remote_image_bytes", remote.bytesKept())
                .put("embedding_bytes", embeddings.bytes()).put("file_bytes", files.bytes());
        routing.response().putHeader("content-type", "application/json").end(body.toString());
    }

    @PreDestroy
    void stop() {
        if (server != null) {
            server.close();
        }
    }
}
