package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.AnswerSink;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.stage.Models;
import io.tesserae.gateway.stage.RenderedChat;
import io.tesserae.gateway.trace.Traces;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The life of one question, from its arrival to the last token. Pictures are decoded, cut, encoded and projected behind promises, so the
 * brain has the prompt's layout, and reads its first text, while the eye is still looking. Nothing here waits: whatever a step needs of a
 * stage is a promise too, and between steps a request holds no thread.
 */
@ApplicationScoped
public class AnswerQuestion {

    private final Admission admission;
    private final RequestThreads threads;
    private final Models models;
    private final FetchPictures fetch;
    private final CheckContent check;
    private final DecodePictures decode;
    private final PlanTiles tile;
    private final SeePictures see;
    private final LayOutPrompt prompt;
    private final GenerateAnswer generate;
    private final GatewayMetrics metrics;
    private final Traces traces;
    private final PromptLog prompts;

    AnswerQuestion(Admission admission, RequestThreads threads, Models models, FetchPictures fetch, CheckContent check, DecodePictures decode, PlanTiles tile,
            SeePictures see, LayOutPrompt prompt, GenerateAnswer generate, GatewayMetrics metrics, Traces traces, PromptLog prompts) {
        this.prompts = prompts;
        this.admission = admission;
        this.threads = threads;
        this.models = models;
        this.fetch = fetch;
        this.check = check;
        this.decode = decode;
        this.tile = tile;
        this.see = see;
        this.prompt = prompt;
        this.generate = generate;
        this.metrics = metrics;
        this.traces = traces;
    }

    /** Answers into {@code sink}; returns at once. Aborting the errand stops the work in every stage. */
    public void ask(Question question, Errand errand, AnswerSink sink) {
        prompts.write(question, errand);
        errand.visit().urgency(question.manner().priority());
        errand.visit().asks(question.model(), question.pictures().size());
        AnswerStream answer = new AnswerStream(question, errand, sink, metrics, traces);
        admission.admit(errand, () -> takeTurn(question, errand, answer), answer::fail);                            // 1 admit
    }

    private CompletableFuture<Void> journey(Question question, Errand errand, AnswerStream answer) {
        return models.asked(question, errand).thenComposeAsync(model -> fetched(question, errand).thenComposeAsync(album -> {           // 2 fetch
            List<OpenPicture> pictures = decode.open(album, errand);                                                // 3 decode
            List<TiledPicture> tiles = tile.of(pictures, album.order().size(), model, errand);                      // 4 tile
            answer.shows(tiles);
            CompletableFuture<RenderedChat> chat = prompt.render(question, model, errand);
            List<SeenPicture> seen = see.all(tiles, chat, model, errand);                                           // 5 encode, 6 project
            return chat.thenComposeAsync(rendered -> {
                Prompt layout = prompt.of(rendered, album, tiles, model);                                           // 7 prompt
                generate.start(question, layout, seen, model, errand, answer);                                      // 8 generate
                return answer.stream(errand);                                                                       // 9 stream
            }, threads);
        }, threads), threads);
    }

    /** The pictures, of a conversation that may be answered. */
    private CompletableFuture<Album> fetched(Question question, Errand errand) {
        return fetch.of(question, errand).thenCompose(album -> check.of(question, album, errand));
    }

    /** Goes on the journey; a second time where a stage was found to hold another revision and nothing was said yet. */
    private CompletableFuture<Void> takeTurn(Question question, Errand errand, AnswerStream answer) {
        // Let go of with the first token: a stream should not hold its pictures to its end.
        AtomicReference<Question> asked = new AtomicReference<>(question);
        answer.onBegin(() -> asked.set(null));
        return attempt(question, errand, answer)
                .thenCompose(failure -> failure.filter(why -> why.reason() == Reason.REVISION_MISMATCH && !answer.begun()).isPresent()
                        ? attempt(asked.get(), errand, answer)
                        : CompletableFuture.completedFuture(failure))
                .thenAccept(failure -> failure.ifPresent(answer::fail));
    }

    /** The failure that ended the attempt, or nothing. Whatever happens, somebody is told. */
    private CompletableFuture<Optional<Failure>> attempt(Question question, Errand errand, AnswerStream answer) {
        Errand attempt = errand.attempt();
        return journeyOf(question, attempt, answer).handle((whole, thrown) -> {
            if (thrown == null) {
                attempt.end();
                return Optional.empty();
            }
            Failure failure = attempt.failure().orElseGet(() -> Failure.from(thrown));
            attempt.abort(failure);
            attempt.end();
            if (failure.reason() == Reason.REVISION_MISMATCH || failure.reason() == Reason.STAGE_UNAVAILABLE) {
                models.forget();
            }
            return Optional.of(failure);
        });
    }

    private CompletableFuture<Void> journeyOf(Question question, Errand attempt, AnswerStream answer) {
        try {
            attempt.check();
            return journey(question, attempt, answer);
        } catch (Throwable thrown) {
            return CompletableFuture.failedFuture(thrown);
        }
    }
}
