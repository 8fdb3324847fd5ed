package io.tesserae.gateway;

import java.util.Optional;

/**
 * How an answer is to be given, beside its tokens' choice.
 *
 * @param tools             what the model may call
 * @param form              what its words must be like
 * @param templateVariables further variables for the chat template, as a JSON object; empty for none
 * @param priority          lower goes first; 0 is usual
 */
public record Manner(Optional<ToolOffer> tools, AnswerForm form, String templateVariables, int priority) {

    /** The usual: words, as they come. */
    public static final Manner USUAL = new Manner(Optional.empty(), AnswerForm.ANYTHING, "", 0);
}
