package io.tesserae.gateway;

import io.tesserae.families.Detail;

/** A piece of a turn. */
public sealed interface Content {

    /** Text, as it was written. */
    record Words(String text) implements Content {
    }

    /**
     * A picture, not yet looked at.
     *
     * @param source where its bytes are
     * @param detail how closely to look
     * @param field  where the request names it, such as {@code messages[0].content[1].image_url.url}
     */
    record Picture(PictureSource source, Detail detail, String field) implements Content {
    }
}
