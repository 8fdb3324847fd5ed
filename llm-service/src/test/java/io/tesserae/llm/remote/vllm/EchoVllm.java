package io.tesserae.llm.remote.vllm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.llm.remote.EchoServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A double of vLLM's server, in so far as a brain needs it: {@code /health}, {@code /v1/models} and a completion of embeddings, which echoes them. */
public final class EchoVllm implements EchoServer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> SAMPLING = List.of("temperature", "top_p", "top_k", "min_p", "frequency_penalty", "presence_penalty", "seed");

    private final Vertx vertx;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private final int port;
    private HttpServer server;
    private volatile int held = Integer.MAX_VALUE;
    private volatile Map<String, Double> sampling = Map.of();
    /** What it says of itself and asks of others; tests change it. */
    public volatile String model = "echo";
    public volatile int context = 8192;
    public volatile int width = WIDTH;
    public volatile String key = "";
    /** Status that every completion is answered with from now on, such as 500; 0 for none. */
    public volatile int status;
    /** Further fields of the last request. */
    public volatile JsonNode last;

    public EchoVllm(Vertx vertx) {
        this(vertx, 0);
    }

    /** {@code port}: 0 for any that is free. */
    public EchoVllm(Vertx vertx, int port) {
        this.vertx = vertx;
        this.server = listen(port);
        this.port = server.actualPort();
    }

    private HttpServer listen(int at) {
        return vertx.createHttpServer().requestHandler(this::answer).listen(at, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    }

    private void answer(HttpServerRequest request) {
        if (!key.isEmpty() && !("Bearer " + key).equals(request.getHeader("authorization")) && !request.path().equals("/health")) {
            refuse(request.response(), 401, "Unauthorized");
            return;
        }
        switch (request.path()) {
            case "/health" -> request.response().end();
            case "/v1/models" -> {
                ObjectNode models = JSON.createObjectNode();
                models.putArray("data").addObject().put("id", model).put("max_model_len", context);
                request.response().end(models.toString());
            }
            case "/v1/completions" -> request.bodyHandler(body -> complete(request.response(), body.getBytes()));
            default -> refuse(request.response(), 404, "Not Found");
        }
    }

    private static void refuse(HttpServerResponse response, int status, String message) {
        ObjectNode error = JSON.createObjectNode();
        error.putObject("error").put("message", message);
        response.setStatusCode(status).end(error.toString());
    }

    private void complete(HttpServerResponse response, byte[] bytes) {
        JsonNode body;
        Tensor prompt;
        try {
            body = JSON.readTree(bytes);
            prompt = SavedTensor.read(body.path("prompt_embeds").binaryValue());
        } catch (Exception malformed) {
            refuse(response, 400, malformed.toString());
            return;
        }
        if (status != 0 && !body.path("request_id").asText().equals("probe")) {
            refuse(response, status, "told to");
        } else if (!body.path("model").asText().equals(model)) {
            refuse(response, 404, "The model `" + body.path("model").asText() + "` does not exist.");
        } else if (prompt.extent(1) != width) {
            refuse(response, 400, "`prompt_embeds` hidden_size " + prompt.extent(1) + " does not match the model's hidden_size " + width + ".");
        } else {
            if (!body.path("request_id").asText().equals("probe")) {
                begun.incrementAndGet();
                sampling = sampling(body);
                last = ((ObjectNode) body).without("prompt_embeds");
            }
            stream(response, body, prompt);
        }
    }

    private static Map<String, Double> sampling(JsonNode body) {
        Map<String, Double> said = new TreeMap<>();
        SAMPLING.forEach(name -> said.put(name, body.path(name).asDouble()));
        body.path("logit_bias").fields().forEachRemaining(bias -> said.put("logit_bias[" + bias.getKey() + "]", bias.getValue().asDouble()));
        return said;
    }

    private void stream(HttpServerResponse response, JsonNode body, Tensor prompt) {
        running.incrementAndGet();
        response.setChunked(true).putHeader("content-type", "text/event-stream");
        int[] said = {0};
        boolean[] over = {false};
        long timer = vertx.setPeriodic(1, tick -> {
            // Many tokens a tick, in events of one to three, so that long answers are quick and both are met.
            for (int i = 0; i < 100 && !over[0] && said[0] < held; i++) {
                over[0] = event(response, body, prompt, said);
            }
            if (over[0]) {
                vertx.cancelTimer(tick);
                running.decrementAndGet();
                response.end("data: [DONE]\n\n");
            }
        });
        response.closeHandler(gone -> {
            if (!over[0] && vertx.cancelTimer(timer)) {
                running.decrementAndGet();
            }
        });
    }

    /** Whether it was the last. */
    private boolean event(HttpServerResponse response, JsonNode body, Tensor prompt, int[] said) {
        int most = body.path("max_tokens").asInt();
        ObjectNode event = JSON.createObjectNode();
        ObjectNode choice = event.putArray("choices").addObject().put("index", 0).put("text", "x");
        boolean ended = false;
        for (int i = 0; i < 1 + said[0] % 3 && !ended && said[0] < Math.min(held, most); i++) {
            int id = (int) prompt.row(said[0]++ % (int) prompt.extent(0)).floats().get(0);
            choice.withArray("token_ids").add(id);
            if (body.has("logprobs")) {
                logprobs(choice, id, body.path("logprobs").asInt());
            }
            for (JsonNode stop : body.path("stop_token_ids")) {
                ended |= stop.asInt() == id;
            }
        }
        boolean last = ended || said[0] >= most;
        choice.put("finish_reason", last ? ended ? "stop" : "length" : null);
        response.write("data: " + event + "\n\n");
        return last;
    }

    private static void logprobs(ObjectNode choice, int id, int top) {
        ObjectNode logprobs = choice.withObject("logprobs");
        logprobs.withArray("tokens").add("token_id:" + id);
        logprobs.withArray("token_logprobs").add(-id / 1000.0);
        ObjectNode alternatives = logprobs.withArray("top_logprobs").addObject();
        for (int i = Math.max(1, top) - 1; i >= 0; i--) {
            alternatives.put("token_id:" + (id + i), -(id + i) / 1000.0);
        }
    }

    @Override
    public String address() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public void holdAfter(int tokens) {
        held = tokens;
    }

    @Override
    public int running() {
        return running.get();
    }

    @Override
    public int begun() {
        return begun.get();
    }

    @Override
    public Map<String, Double> sampling() {
        return sampling;
    }

    @Override
    public void kill() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void restart() {
        server = listen(port);
    }

    @Override
    public void close() {
        kill();
    }
}
