package io.tesserae.gateway.chat;

import io.tesserae.families.Detail;
import io.tesserae.families.PicturePlan;
import io.tesserae.families.PromptPiece;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.stage.PromptPart;
import io.tesserae.gateway.stage.RenderedChat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** A question's journey up to the prompt: everything that is known of it before the eye looks and the brain reads. */
public final class Rehearsed {

    private final Question question;
    private final LoadedModel model;
    private final List<TiledPicture> pictures;
    private final RenderedChat chat;
    private final Prompt prompt;

    Rehearsed(Question question, LoadedModel model, List<TiledPicture> pictures, RenderedChat chat, Prompt prompt) {
        this.question = question;
        this.model = model;
        this.pictures = pictures;
        this.chat = chat;
        this.prompt = prompt;
    }

    /**
     * A picture of the question.
     *
     * @param format as its content shows, such as "jpeg"
     * @param bytes  of its file
     * @param asked  how closely the question wants it looked at
     * @param detail how closely it is looked at
     */
    public record Shown(String format, long bytes, int width, int height, Detail asked, Detail detail, PicturePlan plan) {
    }

    /**
     * What fills a slot of the prompt.
     *
     * @param picture which of {@link #pictures}
     * @param slot    of that picture's plan
     */
    public record Filling(int picture, PromptPiece.Slot slot) {
    }

    public Question question() {
        return question;
    }

    public LoadedModel model() {
        return model;
    }

    /** The different pictures, in the order of the question. */
    public List<Shown> pictures() {
        return pictures.stream()
                .map(tiled -> new Shown(tiled.picture().header().format().name().toLowerCase(Locale.ROOT),
                        tiled.picture().file().bytes().length, tiled.picture().width(), tiled.picture().height(),
                        tiled.picture().file().detail(), tiled.detail(), tiled.plan()))
                .toList();
    }

    /** Text and slots in the order in which the brain reads them. */
    public List<PromptPart> parts() {
        return prompt.parts();
    }

    /** What fills each slot, by its number. */
    public List<Filling> fillings() {
        return prompt.slots().stream()
                .map(place -> new Filling(place.picture(), pictures.get(place.picture()).slots().get(place.slot())))
                .toList();
    }

    List<TiledPicture> tiled() {
        return pictures;
    }

    List<Prompt.Place> places() {
        return prompt.slots();
    }

    CompletableFuture<RenderedChat> chat() {
        return CompletableFuture.completedFuture(chat);
    }
}
