package io.tesserae.bench.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.parsetools.RecordParser;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** Many callers of one server on a few threads. */
final class Callers implements AutoCloseable {

    private static final String PATH = "/v1/chat/completions";
    private static final byte[] CONTENT = "\"content\":\"".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client;
    private final int port;

    Callers(int port, int connections) {
        this.port = port;
        client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(true), new PoolOptions().setHttp1MaxSize(connections));
    }

    /** A whole answer's status, and its body on the way. */
    CompletableFuture<Integer> ask(Buffer body) {
        CompletableFuture<Integer> status = new CompletableFuture<>();
        client.request(HttpMethod.POST, port, "localhost", PATH)
                .compose(request -> request.putHeader("content-type", "application/json").send(body))
                .compose(response -> response.body().map(all -> response.statusCode()))
                .onSuccess(status::complete)
                .onFailure(status::completeExceptionally);
        return status;
    }

    /**
     * A streamed answer of a double: {@code stamp} hears when each token was sent, by {@link System#nanoTime}, as soon as it is there.
     * Completes with the end of the stream; fails on a status other than 200.
     */
    CompletableFuture<Void> stream(Buffer body, LongConsumer stamp) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        client.request(HttpMethod.POST, port, "localhost", PATH)
                .compose(request -> request.putHeader("content-type", "application/json").send(body))
                .onFailure(end::completeExceptionally)
                .onSuccess(response -> {
                    if (response.statusCode() != 200) {
                        end.completeExceptionally(new IllegalStateException("status " + response.statusCode()));
                        return;
                    }
                    response.handler(RecordParser.newDelimited("\n\n", event -> {
                        long sent = stampIn(event);
                        if (sent > 0) {
                            stamp.accept(sent);
                        }
                    }));
                    response.endHandler(over -> end.complete(null));
                    response.exceptionHandler(end::completeExceptionally);
                });
        return end;
    }

    /** The number that an event's content begins with; 0 where it has none. */
    private static long stampIn(Buffer event) {
        int last = event.length() - CONTENT.length;
        for (int at = 0; at < last; at++) {
            int same = 0;
            while (same < CONTENT.length && event.getByte(at + same) == CONTENT[same]) {
                same++;
            }
            if (same == CONTENT.length) {
                long number = 0;
                for (int digit = at + same; event.getByte(digit) >= '0' && event.getByte(digit) <= '9'; digit++) {
                    number = number * 10 + event.getByte(digit) - '0';
                }
                return number;
            }
        }
        return 0;
    }

    @Override
    public void close() {
        client.close();
        vertx.close();
    }
}
