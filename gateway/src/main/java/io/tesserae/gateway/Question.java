package io.tesserae.gateway;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What was asked: a conversation and how to answer it. Values are within the ranges that the API documents.
 *
 * @param model       name to ask; empty for the only one
 * @param turns       oldest first, at least 1
 * @param topLogprobs how many alternatives to report a token; empty for no log-probabilities at all
 * @param choices     how many answers to give, at least 1
 * @param nerve       which of the model's nerves to use; empty for the model's own choice
 * @param manner      form, tools and haste of the answer
 */
public record Question(
        String model,
        List<Turn> turns,
        Sampling sampling,
        Stopping stopping,
        OptionalInt topLogprobs,
        int choices,
        Optional<NerveChoice> nerve,
        Manner manner) {

    /** Every picture of the conversation, in its order. */
    public List<Content.Picture> pictures() {
        return turns.stream()
                .flatMap(turn -> turn.content().stream())
                .filter(Content.Picture.class::isInstance)
                .map(Content.Picture.class::cast)
                .toList();
    }
}
