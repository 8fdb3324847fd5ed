package io.tesserae.llm.text;

import java.util.Arrays;

/**
 * Ids to text, one at a time, whole characters only. The parts joined are what decoding all ids at once gives.
 *
 * <p>A token is decoded together with those that were shown last, since a tokenizer may treat the first token of a text otherwise (Metaspace
 * strips its space). Special tokens are left out before, so that none of them is taken for that first token.
 */
final class Detokenizer {

    /** What a decoder gives for bytes that are no character, or not one yet. */
    private static final char BROKEN = '\uFFFD';

    private final Tokenizer tokenizer;
    private long[] window = new long[16];
    private int size;
    private int shown;
    private String shownText = "";

    Detokenizer(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** The text that became certain by this id; often empty. */
    String add(long id) {
        if (tokenizer.isSpecial(id) || !tokenizer.isKnown(id)) {
            // Decoding leaves both out: neither ends a run of byte tokens. A head may be wider than its vocabulary.
            return "";
        }
        if (size == window.length) {
            window = Arrays.copyOf(window, 2 * size);
        }
        window[size++] = id;
        if (tokenizer.isByte(id)) {
            // A run of byte tokens is judged as a whole: one byte more may turn all of it, ASCII too, into U+FFFD.
            return "";
        }
        String text = tokenizer.decode(Arrays.copyOf(window, size));
        return text.isEmpty() || text.charAt(text.length() - 1) == BROKEN ? "" : show(text);
    }

    /** What is left at the end: an unfinished character shows as U+FFFD. */
    String rest() {
        return size == shown ? "" : show(tokenizer.decode(Arrays.copyOf(window, size)));
    }

    private String show(String text) {
        String fresh;
        if (text.startsWith(shownText)) {
            fresh = text.substring(shownText.length());
        } else {
            // Bytes after shown ones made the decoder judge the whole run anew: only the new part can still be shown.
            fresh = tokenizer.decode(Arrays.copyOfRange(window, shown, size));
        }
        if (!fresh.isEmpty()) {
            size -= shown;
            System.arraycopy(window, shown, window, 0, size);
            shown = size;
            shownText = tokenizer.decode(Arrays.copyOf(window, size));
        }
        return fresh;
    }
}
