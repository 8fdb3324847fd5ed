package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.AnswerHead;
import io.tesserae.gateway.AnswerSink;
import io.tesserae.gateway.AnswerSummary;
import io.tesserae.gateway.FinishReason;
import io.tesserae.gateway.Piece;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.StageTimes;
import io.tesserae.gateway.TokenLogprob;
import io.tesserae.gateway.Usage;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.stage.GenerateListener;
import io.tesserae.gateway.stage.Generated;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.trace.Trace;
import io.tesserae.gateway.trace.Traces;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/**
 * Step 9: hands the tokens of all choices to the sink, one call at a time, and keeps the account. Nothing is begun before the
 * first token, so that whatever fails earlier is still answered with a status of its own.
 */
final class AnswerStream {

    private final RequestLog log = new RequestLog();

    private final Errand errand;
    private final AnswerSink sink;
    private final GatewayMetrics metrics;
    private final Traces traces;
    private List<Trace.Picture> pictures = List.of();
    private final int images;
    private final Generated[] ended;
    private ToolCallReader[] readers;
    private CompletableFuture<Void> allEnded;
    private LoadedModel model;
    private int tiles;
    private IntSupplier cachedTiles;
    private Runnable onBegin = () -> { };
    /** Tokens that the caller has had, which it is charged for also where there is no end. */
    private int told;
    private boolean begun;
    private boolean closed;

    AnswerStream(Question question, Errand errand, AnswerSink sink, GatewayMetrics metrics, Traces traces) {
        this.errand = errand;
        this.sink = sink;
        this.metrics = metrics;
        this.traces = traces;
        this.images = question.pictures().size();
        this.ended = new Generated[question.choices()];
    }

    /** The model is known, and generating is about to start. */
    synchronized void opens(LoadedModel asked, int tileCount, IntSupplier tilesNotEncoded, String toolForm) {
        readers = Stream.generate(() -> new ToolCallReader(toolForm)).limit(ended.length).toArray(ToolCallReader[]::new);
        model = asked;
        tiles = tileCount;
        cachedTiles = tilesNotEncoded;
        errand.visit().asks(asked.name(), images);
        allEnded = new CompletableFuture<>();
    }

    /** What the pictures are and become, for the request's trace. */
    synchronized void shows(List<TiledPicture> tiled) {
        pictures = tiled.stream().map(TiledPicture::traced).toList();
    }

    /** Whether the reader has seen anything. */
    synchronized boolean begun() {
        return begun;
    }

    /** Hears one choice. A choice that fails takes the whole attempt with it. */
    GenerateListener listener(int choice, Errand attempt) {
        return new GenerateListener() {
            @Override
            public void tokens(String text, List<Long> ids, List<TokenLogprob> logprobs) {
                piece(choice, text, ids, logprobs);
            }

            @Override
            public void whenReady(Runnable next) {
                sink.whenReady(next);
            }

            @Override
            public void finish(Generated generated) {
                finished(choice, generated);
            }

            @Override
            public void fail(Failure failure) {
                attempt.abort(failure);
            }
        };
    }

    /** Ends the answer once every choice has ended. Completes then, or with the failure that aborted the attempt. */
    CompletableFuture<Void> stream(Errand attempt) {
        CompletableFuture<Void> all = ending();
        attempt.onAbort(() -> attempt.failure().ifPresent(all::completeExceptionally));
        return all.thenRun(this::end);
    }

    /** Runs {@code hook} when the first token is there. */
    synchronized void onBegin(Runnable hook) {
        onBegin = hook;
    }

    private synchronized CompletableFuture<Void> ending() {
        return allEnded;
    }

    private synchronized void piece(int choice, String text, List<Long> ids, List<TokenLogprob> logprobs) {
        if (closed) {
            return;
        }
        begin();
        told += ids.size();
        ToolCallReader.Said said = readers[choice].add(text);
        sink.piece(new Piece(choice, said.words(), ids, logprobs, said.calls()));
    }

    /** An answer that ended by itself after calling tools waits for their results. */
    private Generated read(int choice, Generated generated) {
        ToolCallReader.Said rest = readers[choice].rest();
        if (!rest.words().isEmpty()) {
            sink.piece(new Piece(choice, rest.words(), List.of(), List.of(), List.of()));
        }
        return readers[choice].called() && generated.reason() == FinishReason.STOP ? generated.because(FinishReason.TOOL_CALLS) : generated;
    }

    private void begin() {
        if (!begun) {
            begun = true;
            onBegin.run();
            errand.trace().firstToken();
            errand.trace().in(() -> {
                metrics.admitted(model.name(), errand.clock().admission());
                metrics.firstToken(model.name(), errand.clock().firstToken());
            });
            String id = "chatcmpl-" + UUID.randomUUID().toString().replace("-", "");
            sink.begin(new AnswerHead(id, System.currentTimeMillis() / 1_000, model.name(), model.revision()));
        }
    }

    private void finished(int choice, Generated generated) {
        CompletableFuture<Void> whole = null;
        synchronized (this) {
            if (closed) {
                return;
            }
            begin();
            ended[choice] = read(choice, generated);
            sink.finished(choice, ended[choice].reason());
            if (Arrays.stream(ended).allMatch(Objects::nonNull)) {
                whole = allEnded;
            }
        }
        if (whole != null) {
            whole.complete(null);
        }
    }

    private synchronized void end() {
        if (closed) {
            return;
        }
        closed = true;
        AnswerSummary summary = summary();
        errand.visit().spends(summary.usage().promptTokens(), summary.usage().completionTokens());
        errand.trace().answered(model.name(), summary);
        errand.end();
        errand.trace().in(() -> metrics.answered(model.name(), summary));
        log.answered(errand, model.name(), summary);
        traces.keep(trace(Optional.empty(), Optional.of(summary.usage()), summary.times()));
        sink.end(summary);
    }

    private AnswerSummary summary() {
        Generated first = ended[0];
        List<FinishReason> reasons = Arrays.stream(ended).map(Generated::reason).toList();
        int generated = Arrays.stream(ended).mapToInt(Generated::generatedTokens).sum();
        Usage usage = new Usage(first.promptTokens(), generated, first.imageTokens(), first.cachedTokens(), tiles,
                cachedTiles.getAsInt());
        return new AnswerSummary(reasons, usage, errand.clock().times());
    }

    private Trace trace(Optional<String> reason, Optional<Usage> usage, StageTimes times) {
        return new Trace(errand.id(), System.currentTimeMillis(), errand.clock().arrival(), model == null ? "" : model.name(),
                model == null ? "" : model.nerveName(), reason, pictures, usage, times, errand.clock().spans());
    }

    /** There is no answer, or no more of it. Only the first call counts. */
    synchronized void fail(Failure failure) {
        if (closed) {
            return;
        }
        closed = true;
        errand.abort(failure);
        errand.trace().failed(failure);
        errand.visit().failed(failure);
        errand.visit().spends(0, told);
        errand.end();
        metrics.rejected(failure);
        traces.keep(trace(Optional.of(failure.reason().name().toLowerCase(Locale.ROOT)), Optional.empty(), errand.clock().times()));
        log.failed(errand, failure);
        sink.fail(failure);
    }
}
