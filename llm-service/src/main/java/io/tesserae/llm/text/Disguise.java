package io.tesserae.llm.text;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hides image tokens that somebody wrote, so that after rendering every image token is one that the template printed for a picture. The stand-in
 * is one private-use character that occurs nowhere in the conversation: templates cut, trim and change the case of texts, and leave it alone.
 */
final class Disguise {

    private static final int FIRST = 0xE000;
    private static final int LAST = 0xF8FF;

    private final String imageToken;
    private final String standIn;

    private Disguise(String imageToken, String standIn) {
        this.imageToken = imageToken;
        this.standIn = standIn;
    }

    /** For values that are about to be rendered together. {@code imageToken} is null where the model has none: nothing is hidden. */
    static Disguise of(String imageToken, Object... values) {
        for (int letter = FIRST; letter <= LAST; letter++) {
            String standIn = Character.toString(letter);
            if (!occurs(standIn, List.of(values))) {
                return new Disguise(imageToken, standIn);
            }
        }
        throw new IllegalArgumentException("the conversation uses every private-use character");
    }

    private static boolean occurs(String letter, Object value) {
        if (value instanceof String text) {
            return text.contains(letter);
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream().anyMatch(entry -> occurs(letter, entry.getKey()) || occurs(letter, entry.getValue()));
        }
        return value instanceof List<?> list && list.stream().anyMatch(item -> occurs(letter, item));
    }

    /** A JSON-like value with every image token in its strings hidden. */
    Object hide(Object value) {
        if (value instanceof String text) {
            return imageToken == null ? text : text.replace(imageToken, standIn);
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> hidden = new LinkedHashMap<>();
            map.forEach((key, item) -> hidden.put(hide(key), hide(item)));
            return hidden;
        }
        return value instanceof List<?> list ? list.stream().map(this::hide).toList() : value;
    }

    /** What was hidden, back in its place. */
    String reveal(String text) {
        return imageToken == null ? text : text.replace(standIn, imageToken);
    }
}
