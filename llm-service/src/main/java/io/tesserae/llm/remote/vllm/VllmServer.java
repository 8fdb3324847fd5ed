package io.tesserae.llm.remote.vllm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.llm.remote.RemoteListener;
import io.tesserae.llm.remote.RemoteRequest;
import io.tesserae.llm.sampling.Logprobs;
import io.tesserae.llm.sampling.SamplingOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * One address of vLLM. It is given nothing until it was seen to be well and to hold the model that is meant, nor after it failed, until it is seen to be well again: the
 * circuit is open from the first broken connection, or the third answer of an inner error in a row, and a probe closes it.
 */
final class VllmServer {

    private static final Logger LOG = Logger.getLogger(VllmServer.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_ERRORS = 3;

    private final HttpClient client;
    private final URI address;
    private final VllmOptions options;
    private final CompletionBody body;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger errors = new AtomicInteger();
    private final AtomicBoolean probing = new AtomicBoolean();
    /** What is wrong with it; empty where it is well. */
    private volatile Optional<String> trouble = Optional.of("has not been asked yet");
    /** Whether it was seen to hold the right model since it was last lost. */
    private volatile boolean checked;
    private volatile String model;
    /** The token that is generated to see whether its embedding fits. */
    private volatile Optional<VllmRun> trying = Optional.empty();

    VllmServer(HttpClient client, URI address, VllmOptions options) {
        this.client = client;
        this.address = address;
        this.options = options;
        this.body = new CompletionBody(options.kind(), options.priorities());
        this.model = options.model().orElse("");
    }

    Optional<String> trouble() {
        return trouble;
    }

    /** Answers that it is asked for now. */
    int underWay() {
        return underWay.get();
    }

    /** Looks whether it is well, unless somebody is looking already. */
    void probe() {
        if (!probing.compareAndSet(false, true)) {
            trying.ifPresent(run -> run.requireSound(options.silence()));
            return;
        }
        Future<Void> seen = checked ? get("/health").mapEmpty() : get("/v1/models").compose(this::checkModels);
        seen.onComplete(result -> {
            trying = Optional.empty();
            probing.set(false);
            if (result.succeeded()) {
                well();
            } else {
                unwell(describe(result.cause()));
            }
        });
    }

    private void well() {
        checked = true;
        errors.set(0);
        if (trouble.isPresent()) {
            trouble = Optional.empty();
            LOG.infof("vLLM at %s is well and serves %s", address, model);
        }
    }

    private void unwell(String why) {
        checked = false;
        if (!trouble.equals(Optional.of(why))) {
            LOG.warnf("vLLM at %s %s", address, why);
        }
        trouble = Optional.of(why);
    }

    private static String describe(Throwable cause) {
        return cause instanceof Failure said ? said.getMessage() : "cannot be reached: " + cause.getMessage();
    }

    private Future<Buffer> get(String path) {
        return client.request(request(HttpMethod.GET, path).setIdleTimeout(options.silence().toMillis()))
                .compose(HttpClientRequest::send)
                .compose(response -> response.body().compose(content -> response.statusCode() == 200 ? Future.succeededFuture(content)
                        : Future.failedFuture(failure(response.statusCode(), content))));
    }

    private RequestOptions request(HttpMethod method, String path) {
        RequestOptions request = new RequestOptions().setMethod(method).setAbsoluteURI(address + path).setConnectTimeout(options.connectTimeout().toMillis());
        options.apiKey().ifPresent(key -> request.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + key));
        return request;
    }

    /** The model is there by its name, has room for our longest prompt, and takes embeddings of our width: one token is generated to see it. */
    private Future<Void> checkModels(Buffer listed) {
        try {
            JsonNode data = JSON.readTree(listed.getBytes()).path("data");
            JsonNode found = null;
            StringBuilder names = new StringBuilder();
            for (JsonNode each : data) {
                names.append(names.isEmpty() ? "" : ", ").append(each.path("id").asText());
                found = options.model().map(each.path("id").asText()::equals).orElse(data.size() == 1) ? each : found;
            }
            if (found == null) {
                throw wrong(options.model().map(name -> "does not serve '" + name + "' (tesserae.llm.vllm.model)")
                        .orElse("serves several models, of which tesserae.llm.vllm.model must name one") + "; it serves " + names);
            }
            int room = found.path("max_model_len").asInt(Integer.MAX_VALUE);
            if (room < options.context()) {
                throw wrong("has a context of " + room + " tokens (--max-model-len), less than the " + options.context() + " of this service; set tesserae.llm.context to "
                        + room);
            }
            model = found.path("id").asText();
        } catch (IOException other) {
            return Future.failedFuture(wrong("answers /v1/models with something else than JSON"));
        } catch (Failure said) {
            return Future.failedFuture(said);
        }
        return tryWidth();
    }

    private Future<Void> tryWidth() {
        Promise<Void> tried = Promise.promise();
        Tensor token = new Tensor(ElementKind.FLOAT32, new long[] {1, options.width()}, ByteBuffer.allocate(4 * options.width()));
        RemoteRequest probe = new RemoteRequest("probe", new long[1], new long[0], token, Optional.empty(), SamplingOptions.GREEDY, -1, 1, Set.of(), 0);
        VllmRun run = new VllmRun(this, probe, new RemoteListener() {
            @Override
            public void token(long id, Logprobs logprobs) {
                // Any will do.
            }

            @Override
            public void finished() {
                tried.complete();
            }

            @Override
            public void failed(Failure failure) {
                tried.fail(failure);
            }
        });
        trying = Optional.of(run);
        run.begin("probe");
        return tried.future();
    }

    private static Failure wrong(String complaint) {
        return Failure.of(Reason.STAGE_UNAVAILABLE, complaint);
    }

    /** An answer is asked for. */
    void arrived() {
        underWay.incrementAndGet();
    }

    /** It is not any more. */
    void left() {
        underWay.decrementAndGet();
    }

    /** A completion that nothing of was sent yet. */
    Future<HttpClientRequest> open() {
        return client.request(request(HttpMethod.POST, "/v1/completions").putHeader(HttpHeaders.CONTENT_TYPE, "application/json"));
    }

    Buffer bodyOf(RemoteRequest request, String id) {
        return body.of(request, id, model);
    }

    void requireSupported(RemoteRequest request) {
        body.requireSupported(request);
    }

    /** What an answer that is no stream means. */
    Failure failure(int status, Buffer content) {
        String said = message(content);
        return switch (status) {
            case 401, 403 -> wrong("refuses the key (tesserae.llm.remote.api-key): " + said);
            case 404 -> wrong("does not know the model or the path: " + said);
            case 429 -> Failure.overload(Reason.QUEUE_FULL, 1, "the vllm engine takes no more requests now");
            case 502, 503, 504 -> wrong("is not ready: " + said);
            default -> Failure.of(Reason.INTERNAL, "the vllm engine answered " + status + ": " + said);
        };
    }

    private static String message(Buffer content) {
        try {
            JsonNode told = JSON.readTree(content.getBytes());
            String message = told.path("error").path("message").asText(told.path("message").asText(""));
            return message.length() > 300 ? message.substring(0, 300) + "…" : message;
        } catch (IllegalArgumentException | IOException other) {
            return "it does not say why";
        }
    }

    /** An answer ended so; null where it went well. */
    void ended(Failure failure) {
        if (failure == null) {
            errors.set(0);
        } else if (failure.reason() == Reason.STAGE_UNAVAILABLE || failure.reason() == Reason.INTERNAL && errors.incrementAndGet() >= MOST_ERRORS) {
            unwell(failure.getMessage());
            probe();
        }
    }
}
