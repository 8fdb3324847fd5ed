package io.tesserae.gateway.errand;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.metric.Stage;
import io.tesserae.contract.trace.Tracing;
import io.tesserae.gateway.AnswerSummary;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * One request's trace, from its arrival to its end: a span for the request, one for each piece of work that is done here, one for each tile.
 * Calls to stages made on a thread that works for a span become parts of it. A request that is not traced costs nothing.
 */
public final class RequestTrace {

    private static final RequestTrace NONE = new RequestTrace(Context.root());

    private static final TextMapGetter<UnaryOperator<String>> HEADER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(UnaryOperator<String> header) {
            return List.of();
        }

        @Override
        public String get(UnaryOperator<String> header, String name) {
            return header.apply(name);
        }
    };

    private final Context context;
    private final Span span;
    /** Microseconds between the clock on the wall and {@link System#nanoTime}. */
    private final long wall;

    private RequestTrace(Context context) {
        this.context = context;
        this.span = Span.fromContext(context);
        Instant now = Instant.now();
        this.wall = TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(now.getNano())
                - TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
    }

    /** Of a request that nobody follows, such as a question after health. */
    static RequestTrace none() {
        return NONE;
    }

    /** {@code header}: the caller's headers by name; null where one is absent. A caller that traces itself sees the request in its own trace. */
    static RequestTrace begin(String id, UnaryOperator<String> header) {
        return begin(id, Tracing.propagator().extract(Context.root(), header, HEADER));
    }

    /** {@code caller}: the trace that the request came with. */
    static RequestTrace begin(String id, Context caller) {
        Span request = Tracing.tracer().spanBuilder("chat").setParent(caller).setSpanKind(SpanKind.SERVER)
                .setAttribute("tesserae.request", id).startSpan();
        return request.getSpanContext().isValid() ? new RequestTrace(caller.with(request)) : NONE;
    }

    /** The trace's id; empty where there is none. */
    public String id() {
        return span.getSpanContext().isValid() ? span.getSpanContext().getTraceId() : "";
    }

    /** The id of the request's own span; empty where there is none. */
    public String spanId() {
        return span.getSpanContext().isValid() ? span.getSpanContext().getSpanId() : "";
    }

    /** What a call made now, on this thread, is part of: what the thread works for if that is of this trace, or the request as a whole. */
    public Context current() {
        Context now = Context.current();
        return Span.fromContext(now).getSpanContext().getTraceId().equals(span.getSpanContext().getTraceId()) ? now : context;
    }

    /** A stage was at work here between two {@link System#nanoTime}s. */
    void worked(Stage stage, long start, long end) {
        if (this != NONE) {
            Tracing.tracer().spanBuilder(stage.tag()).setParent(current()).setStartTimestamp(wall + start / 1_000, TimeUnit.MICROSECONDS)
                    .startSpan().end(wall + end / 1_000, TimeUnit.MICROSECONDS);
        }
    }

    /** A tile's way through the stages, from its turn on. */
    public TileTrace tile(int index) {
        return this == NONE ? new TileTrace(context) : new TileTrace(context.with(
                Tracing.tracer().spanBuilder("tile " + index).setParent(context).setAttribute("tesserae.tile", index).startSpan()));
    }

    /** Runs {@code work} for the request as a whole: what it measures knows this trace as its example. */
    public void in(Runnable work) {
        try (Scope scope = context.makeCurrent()) {
            work.run();
        }
    }

    /** The first token is there. */
    public void firstToken() {
        span.addEvent("first token");
    }

    /** It was answered. */
    public void answered(String model, AnswerSummary summary) {
        span.setAttribute("tesserae.model", model)
                .setAttribute("tesserae.tiles", summary.usage().tiles())
                .setAttribute("tesserae.tokens.prompt", summary.usage().promptTokens())
                .setAttribute("tesserae.tokens.generated", summary.usage().completionTokens())
                .setAttribute("tesserae.finish", String.valueOf(summary.finishes().get(0)));
    }

    /** It was not. */
    public void failed(Failure failure) {
        span.setStatus(StatusCode.ERROR, failure.reason().name());
    }

    void end() {
        span.end();
    }

    /** One tile's part of the trace. */
    public static final class TileTrace {

        private final Context context;

        private TileTrace(Context context) {
            this.context = context;
        }

        /** Runs work for this tile. */
        public <T> T in(Supplier<T> work) {
            try (Scope scope = context.makeCurrent()) {
                return work.get();
            }
        }

        /** It has become what it was to become, or has failed. */
        public void end(Throwable thrown) {
            Span span = Span.fromContext(context);
            if (thrown != null) {
                span.setStatus(StatusCode.ERROR, Failure.from(thrown).reason().name());
            }
            span.end();
        }
    }
}
