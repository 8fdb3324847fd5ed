package io.tesserae.contract.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.tesserae.contract.metric.Stage;
import io.tesserae.llm.v1.GenerateResponse;
import io.tesserae.llm.v1.GenerateTimings;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectTimings;
import io.tesserae.vision.v1.EncodeResponse;
import io.tesserae.vision.v1.EncodeTimings;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * The spans of what a stage did for one call, from what its answer says of it: a stage's times are told once, to the caller and to the trace
 * alike. They are counted back from the moment the answer was sent.
 */
public final class StageParts {

    private final Context call;
    private final long now;

    private StageParts(Context call) {
        this.call = call;
        Instant instant = Instant.now();
        this.now = TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(instant.getNano());
    }

    /** Records what {@code answer} says was done, as parts of the call's span; nothing where it says nothing. */
    public static void record(Object answer, Context call) {
        if (answer instanceof EncodeResponse encoded && encoded.hasTimings()) {
            new StageParts(call).encoded(encoded.getTimings());
        } else if (answer instanceof ProjectResponse projected && projected.hasTimings()) {
            new StageParts(call).projected(projected.getTimings());
        } else if (answer instanceof GenerateResponse generated && generated.hasFinish() && generated.getFinish().hasTimings()) {
            Span.fromContext(call).setAttribute("tesserae.tokens.prompt", generated.getFinish().getPromptTokens())
                    .setAttribute("tesserae.tokens.cached", generated.getFinish().getCachedTokens())
                    .setAttribute("tesserae.tokens.generated", generated.getFinish().getGeneratedTokens());
            new StageParts(call).generated(generated.getFinish().getTimings());
        }
    }

    private void encoded(EncodeTimings timings) {
        Span.fromContext(call).setAttribute("tesserae.batch", timings.getBatchSize());
        // Where the nerve was asked, that call has a span of its own.
        long end = now - timings.getProjectMicros();
        long start = end - timings.getEncodeMicros();
        part(Stage.ENCODE, start, end);
        part(Stage.QUEUE, start - timings.getQueueMicros(), start);
    }

    private void projected(ProjectTimings timings) {
        Span.fromContext(call).setAttribute("tesserae.batch", timings.getBatchSize());
        long start = now - timings.getProjectMicros();
        part(Stage.PROJECT, start, now);
        part(Stage.QUEUE, start - timings.getQueueMicros(), start);
    }

    /** The prompt's span is from the slot to the first token; how much of it was computing and how much waiting for the eye are numbers on it. */
    private void generated(GenerateTimings timings) {
        long first = now - timings.getDecodeMicros();
        long start = first - timings.getFirstTokenMicros();
        long slot = start + timings.getQueueMicros();
        part(Stage.QUEUE, start, slot);
        Span prefill = begin(Stage.PREFILL, slot);
        prefill.setAttribute("tesserae.computing.micros", timings.getPrefillMicros());
        prefill.setAttribute("tesserae.waiting.micros", timings.getWaitMicros());
        prefill.end(first, TimeUnit.MICROSECONDS);
        part(Stage.DECODE_TOKENS, first, now);
    }

    private void part(Stage stage, long start, long end) {
        begin(stage, start).end(end, TimeUnit.MICROSECONDS);
    }

    private Span begin(Stage stage, long start) {
        return Tracing.tracer().spanBuilder(stage.tag()).setParent(call).setStartTimestamp(start, TimeUnit.MICROSECONDS).startSpan();
    }
}
