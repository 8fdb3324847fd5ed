package io.tesserae.llm.text;

import java.util.List;

/** The text of one answer as its ids come: whole characters, and nothing that might still become a stop string. */
public final class AnswerText {

    private final Detokenizer detokenizer;
    private final StopStrings stops;

    public AnswerText(Tokenizer tokenizer, List<String> stops) {
        this.detokenizer = new Detokenizer(tokenizer);
        this.stops = new StopStrings(stops);
    }

    /** The text that became certain by this id. */
    public String add(long id) {
        String text = detokenizer.add(id);
        return text.isEmpty() ? "" : stops.add(text);
    }

    /** What was held back, when the answer ends for another reason than a stop string. A last stop string may still be found in it. */
    public String rest() {
        String text = stops.add(detokenizer.rest());
        return stopped() ? text : text + stops.rest();
    }

    /** Whether a stop string was found: no further text comes. */
    public boolean stopped() {
        return !stops.found().isEmpty();
    }

    /** The stop string that was found; empty before that. */
    public String stop() {
        return stops.found();
    }
}
