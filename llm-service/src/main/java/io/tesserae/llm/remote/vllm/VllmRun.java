package io.tesserae.llm.remote.vllm;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.remote.RemoteBrain;
import io.tesserae.llm.remote.RemoteListener;
import io.tesserae.llm.remote.RemoteRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;

/**
 * One completion under way. Its listener hears exactly one end, whatever comes first: the server's, a broken connection's, or that of a caller who leaves, who hears
 * nothing. Leaving closes the connection, at which vLLM stops computing.
 */
final class VllmRun implements RemoteBrain.Run {

    private static final Runnable NOTHING = () -> { };

    private final VllmServer server;
    private final RemoteRequest request;
    private final RemoteListener listener;
    private final CompletionEvents events;
    private Runnable whenOver = NOTHING;
    private HttpClientRequest call;
    private boolean over;
    private boolean left;
    private volatile long heard = System.nanoTime();

    VllmRun(VllmServer server, RemoteRequest request, RemoteListener listener) {
        this.server = server;
        this.request = request;
        this.listener = listener;
        this.events = new CompletionEvents(listener, request.topLogprobs());
    }

    void whenOver(Runnable told) {
        whenOver = told;
    }

    void begin(String id) {
        Buffer body = server.bodyOf(request, id);
        server.open().onSuccess(opened -> {
            opened.exceptionHandler(this::broken);
            if (!keep(opened)) {
                opened.reset();
                return;
            }
            opened.send(body).onSuccess(this::respond).onFailure(this::broken);
        }).onFailure(this::broken);
    }

    /** False where the caller has left meanwhile. */
    private synchronized boolean keep(HttpClientRequest opened) {
        call = opened;
        return !over;
    }

    /** Gives a server up that has said nothing for that long. */
    void requireSound(Duration silence) {
        if (System.nanoTime() - heard > silence.toNanos() && !isOver()) {
            fail(Failure.of(Reason.STAGE_UNAVAILABLE, "was silent for " + silence.toMillis() + " ms"));
            reset();
        }
    }

    private void respond(HttpClientResponse response) {
        response.exceptionHandler(this::broken);
        if (response.statusCode() != 200) {
            response.body().onSuccess(content -> fail(server.failure(response.statusCode(), content))).onFailure(this::broken);
            return;
        }
        response.handler(this::part);
        response.endHandler(end -> {
            if (events.finished()) {
                finish();
            } else {
                fail(Failure.of(Reason.STAGE_UNAVAILABLE, "broke off an answer"));
            }
        });
    }

    private void part(Buffer bytes) {
        heard = System.nanoTime();
        try {
            if (!isOver()) {
                events.handle(bytes);
            }
        } catch (Failure said) {
            fail(said);
            reset();
        }
    }

    private void broken(Throwable cause) {
        fail(cause instanceof Failure failure ? failure : Failure.of(Reason.STAGE_UNAVAILABLE, "cannot be reached: " + cause.getMessage(), cause));
    }

    private void finish() {
        if (end()) {
            server.ended(null);
            listener.finished();
        }
    }

    /** Ends it so. */
    void fail(Failure failure) {
        if (end()) {
            server.ended(failure);
            listener.failed(failure.reason() == Reason.STAGE_UNAVAILABLE
                    ? Failure.of(Reason.STAGE_UNAVAILABLE, "the vllm engine " + failure.getMessage().replaceFirst("^the vllm engine ", ""), failure) : failure);
        }
    }

    /** Whether this is the first end. */
    private boolean end() {
        synchronized (this) {
            if (over) {
                return false;
            }
            over = true;
        }
        whenOver.run();
        return true;
    }

    private synchronized boolean isOver() {
        return over;
    }

    @Override
    public void cancel() {
        end();
        reset();
    }

    private void reset() {
        HttpClientRequest opened;
        synchronized (this) {
            opened = left ? null : call;
            left = true;
        }
        if (opened != null) {
            opened.reset();
        }
    }
}
