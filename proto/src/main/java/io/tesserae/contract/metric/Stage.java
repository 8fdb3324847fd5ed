package io.tesserae.contract.metric;

import java.util.Locale;

/** The stages that time is attributed to, in the order of the journey. */
public enum Stage {
    /** Getting the picture's bytes. */
    FETCH,
    /** Bytes to pixels. */
    DECODE,
    /** Pixels to tiles: resizing and cutting. */
    TILE,
    /** Waiting for a place in a batch or a slot. */
    QUEUE,
    /** The eye. */
    ENCODE,
    /** The nerve. */
    PROJECT,
    /** The brain reading the prompt. */
    PREFILL,
    /** The brain writing the answer. */
    DECODE_TOKENS,
    /** Everything between stages: serialising and the network. */
    TRANSFER;

    /** Its value of the {@code stage} tag and its name in answers, such as {@code decode_tokens}. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
