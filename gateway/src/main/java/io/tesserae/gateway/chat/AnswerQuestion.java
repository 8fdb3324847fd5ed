package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.AnswerSink;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.stage.EyeOutput;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.stage.Models;
import io.tesserae.gateway.stage.RenderedChat;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The life of one question, from its arrival to the last token. A request has a thread of its own that walks through the steps;
 * pictures are decoded, cut, encoded and projected behind promises, so the brain has the prompt's layout, and reads its first
 * text, while the eye is still looking.
 */
@ApplicationScoped
public class AnswerQuestion {

    private final Admission admission;
    private final Models models;
    private final FetchPictures fetch;
    private final DecodePictures decode;
    private final PlanTiles tile;
    private final EncodeTiles encode;
    private final ProjectFeatures project;
    private final LayOutPrompt prompt;
    private final GenerateAnswer generate;
    private final GatewayMetrics metrics;

    AnswerQuestion(Admission admission, Models models, FetchPictures fetch, DecodePictures decode, PlanTiles tile,
            EncodeTiles encode, ProjectFeatures project, LayOutPrompt prompt, GenerateAnswer generate, GatewayMetrics metrics) {
        this.admission = admission;
        this.models = models;
        this.fetch = fetch;
        this.decode = decode;
        this.tile = tile;
        this.encode = encode;
        this.project = project;
        this.prompt = prompt;
        this.generate = generate;
        this.metrics = metrics;
    }

    /** Answers into {@code sink}; returns at once. Aborting the errand stops the work in every stage. */
    public void ask(Question question, Errand errand, AnswerSink sink) {
        AnswerStream answer = new AnswerStream(question, errand, sink, metrics);
        admission.admit(errand, () -> takeTurn(question, errand, answer), answer::fail);                            // 1 admit
    }

    private void journey(Question question, Errand errand, AnswerStream answer) {
        LoadedModel model = models.asked(question, errand);
        Album album = fetch.of(question, errand);                                                                   // 2 fetch
        List<OpenPicture> pictures = decode.open(album, errand);                                                    // 3 decode
        List<TiledPicture> tiles = tile.of(pictures, album.order().size(), model, errand);                          // 4 tile
        CompletableFuture<RenderedChat> chat = prompt.render(question, model, errand);
        List<CompletableFuture<EyeOutput>> outputs = encode.all(tiles, chat, model, errand);                        // 5 encode
        List<CompletableFuture<EyeOutput.Embeddings>> embeddings = project.all(outputs, chat, model, errand);       // 6 project
        Prompt layout = prompt.of(chat, album, tiles, model);                                                       // 7 prompt
        generate.start(question, layout, embeddings, model, errand, answer);                                        // 8 generate
        answer.stream(errand);                                                                                      // 9 stream
    }

    /** Goes on the journey; a second time where a stage was found to hold another revision and nothing was said yet. */
    private void takeTurn(Question question, Errand errand, AnswerStream answer) {
        Failure failure = attempt(question, errand, answer);
        if (failure != null && failure.reason() == Reason.REVISION_MISMATCH && !answer.begun()) {
            failure = attempt(question, errand, answer);
        }
        if (failure != null) {
            answer.fail(failure);
        }
    }

    /** The failure that ended the attempt, or null. Whatever happens, somebody is told. */
    private Failure attempt(Question question, Errand errand, AnswerStream answer) {
        Errand attempt = errand.attempt();
        try {
            attempt.check();
            journey(question, attempt, answer);
            return null;
        } catch (Throwable thrown) {
            Failure failure = attempt.failure().orElseGet(() -> Failure.from(thrown));
            attempt.abort(failure);
            if (failure.reason() == Reason.REVISION_MISMATCH || failure.reason() == Reason.STAGE_UNAVAILABLE) {
                models.forget();
            }
            return failure;
        } finally {
            attempt.end();
        }
    }
}
