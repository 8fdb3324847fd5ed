package io.tesserae.gateway.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.tesserae.gateway.config.GatewayConfig;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which path leads where, and what every response carries. */
@ApplicationScoped
class Routes {

    private static final int FIRST = 1_000_000;
    private static final int GATE = 100;
    /** After the page's files, which are served at the order of ten thousand. */
    private static final int LAST = 1_000_000;
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    /** The page needs its own files and answers, and nothing else in the world. */
    private static final String CONTENT_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types dompurify";

    private final ChatRoute chat;
    private final ModelsRoute models;
    private final ExplainRoute explain;
    private final ExplainRecordsRoute records;
    private final boolean explains;
    private final Gate gate;
    private final FilesRoute files;
    private final Management management;

    private final ResponsesRoute responses;
    private final TokensRoute tokens;
    private final ServerRoute server;

    Routes(Gate gate, ChatRoute chat, ModelsRoute models, ResponsesRoute responses, TokensRoute tokens, ServerRoute server, FilesRoute files,
            Management management, ExplainRoute explain, ExplainRecordsRoute records, GatewayConfig config) {
        this.gate = gate;
        this.files = files;
        this.management = management;
        this.responses = responses;
        this.tokens = tokens;
        this.server = server;
        this.chat = chat;
        this.models = models;
        this.explain = explain;
        this.records = records;
        explains = config.explain().enabled();
    }

    void filters(@Observes Filters filters) {
        filters.register(Routes::identify, FIRST);
        // After Quarkus' own filter for CORS, so that a browser may read what is refused.
        filters.register(gate::handle, GATE);
        filters.register(this::operatorsOnly, GATE);
    }

    private static void identify(RoutingContext routing) {
        String asked = routing.request().getHeader("x-request-id");
        String id = asked != null && REQUEST_ID.matcher(asked).matches() ? asked : "req-" + UUID.randomUUID();
        Reply.identify(routing, id);
        HttpServerResponse response = routing.response();
        response.putHeader("x-request-id", id);
        response.putHeader("x-content-type-options", "nosniff");
        if (!routing.normalizedPath().startsWith("/q/")) {
            response.putHeader("content-security-policy", CONTENT_POLICY);
            response.putHeader("referrer-policy", "no-referrer");
        }
        routing.next();
    }

    /** Where operators have a port of their own, this one has health and nothing else of theirs. */
    private void operatorsOnly(RoutingContext routing) {
        if (management.isApart() && routing.normalizedPath().startsWith("/q/metrics")) {
            nothingHere(routing);
        } else {
            routing.next();
        }
    }

    void routes(@Observes Router router) {
        router.post("/v1/chat/completions").handler(chat::handle);
        router.get("/v1/models").handler(models::list);
        router.get("/v1/models/:id").handler(models::one);
        router.post("/v1/responses").handler(responses::create);
        router.get("/v1/responses/:id").handler(responses::get);
        router.delete("/v1/responses/:id").handler(responses::delete);
        router.get("/v1/responses/:id/input_items").handler(responses::input);
        router.post("/v1/embeddings").handler(tokens::embeddings);
        router.post("/tokenize").handler(tokens::tokenize);
        router.post("/detokenize").handler(tokens::detokenize);
        router.get("/version").handler(server::version);
        router.get("/health").handler(server::health);
        for (String path : new String[] {"/v1/responses", "/v1/embeddings", "/tokenize", "/detokenize"}) {
            only(router, path, HttpMethod.POST);
        }
        only(router, "/v1/responses/:id", HttpMethod.GET, HttpMethod.DELETE);
        for (String path : new String[] {"/v1/responses/:id/input_items", "/version", "/health"}) {
            only(router, path, HttpMethod.GET);
        }
        router.post("/v1/files").handler(files::create);
        router.get("/v1/files").handler(files::list);
        router.get("/v1/files/:id").handler(files::one);
        router.delete("/v1/files/:id").handler(files::delete);
        router.get("/v1/files/:id/content").handler(files::content);
        only(router, "/v1/chat/completions", HttpMethod.POST);
        only(router, "/v1/files", HttpMethod.GET, HttpMethod.POST);
        only(router, "/v1/files/:id", HttpMethod.GET, HttpMethod.DELETE);
        only(router, "/v1/files/:id/content", HttpMethod.GET);
        only(router, "/v1/models", HttpMethod.GET);
        only(router, "/v1/models/:id", HttpMethod.GET);
        if (explains) {
            explanations(router);
        }
        router.route().order(LAST).handler(Routes::nothingHere);
        router.route().order(LAST).failureHandler(Routes::failed);
    }

    private void explanations(Router router) {
        get(router, "/v1/explain", explain::index);
        post(router, "/v1/explain/plan", explain::plan);
        post(router, "/v1/explain/tile", explain::tile);
        post(router, "/v1/explain/patches", explain::patches);
        post(router, "/v1/explain/projection", explain::projection);
        post(router, "/v1/explain/prompt", explain::prompt);
        post(router, "/v1/explain/attention", explain::attention);
        get(router, "/v1/explain/training", records::training);
        get(router, "/v1/explain/stages", records::stages);
        get(router, "/v1/explain/traces", records::list);
        get(router, "/v1/explain/traces/:id", records::trace);
    }

    private static void get(Router router, String path, Handler<RoutingContext> handler) {
        router.get(path).handler(handler);
        only(router, path, HttpMethod.GET);
    }

    private static void post(Router router, String path, Handler<RoutingContext> handler) {
        router.post(path).handler(handler);
        only(router, path, HttpMethod.POST);
    }

    private static void only(Router router, String path, HttpMethod... allowed) {
        String names = Stream.of(allowed).map(HttpMethod::name).collect(Collectors.joining(", "));
        router.route(path).handler(routing -> {
            routing.response().putHeader("allow", names);
            new Reply(routing).error(ApiError.methodNotAllowed(routing.request().method().name(), names));
        });
    }

    private static void nothingHere(RoutingContext routing) {
        new Reply(routing).error(ApiError.notFound(routing.normalizedPath()));
    }

    /** What the server itself refused before any of our code saw it. */
    private static void failed(RoutingContext routing) {
        int status = routing.statusCode() < 400 ? 500 : routing.statusCode();
        new Reply(routing).error(ApiError.other(status, status < 500 ? "the request cannot be read" : "internal error"));
    }
}
